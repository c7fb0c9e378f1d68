using Shouldly;
using Tributary.Campaigns;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Campaigns;

public sealed class ExclusiveGroupsTests
{
    [Theory]
    [InlineData(1_000, "Five")]
    [InlineData(10_000, "Thirty percent")]
    public void D7_Amounts_are_compared_and_never_a_percentage_with_cents(long total, string winner)
    {
        var losers = Choose(
            Causes.Order(total),
            Campaign(1, "Thirty percent", Definitions.Percent(300_000)),
            Campaign(2, "Five", Definitions.Fixed(500)));

        losers.Count.ShouldBe(1);
        losers.Single().Value.Facts["winner"].ShouldBe(winner);
    }

    [Fact]
    public void MO36_The_loser_is_told_by_whom_and_how_much()
    {
        var losers = Choose(
            Causes.Order(1_000), Campaign(1, "Thirty percent", Definitions.Percent(300_000)), Campaign(2, "Five", Definitions.Fixed(500)));

        CampaignExplanation.Sentence("Thirty percent", losers[1]).ShouldBe(
            "“Thirty percent”: only one campaign of the group “g” pays, and “Five” gives the referrer 5.00 USD where this one gives 3.00 USD.");
    }

    [Fact]
    public void MO36_Campaigns_outside_the_group_and_those_not_reached_do_not_compete()
    {
        var losers = Choose(
            Causes.Order(1_000),
            Campaign(1, "A", Definitions.Fixed(100)),
            Campaign(2, "B", Definitions.Fixed(900), step: "\"minimumOrder\":{\"USD\":5000}"),
            Campaign(3, "C", Definitions.Fixed(900), group: null),
            Campaign(4, "D", Definitions.Fixed(900), group: "another"));

        losers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 0, 1L)]
    [InlineData(0, 1, 2L)]
    [InlineData(2, 1, 1L)]
    public void MO36_Units_that_cannot_be_compared_go_by_priority_then_by_the_older_campaign(int first, int second, long winner)
    {
        var losers = Choose(
            Causes.Order(1_000),
            Campaign(1, "Points", Definitions.Points(1), priority: first),
            Campaign(2, "Euros", Definitions.Fixed(10_000, "EUR"), priority: second));

        losers.Keys.ShouldBe([3 - winner]);
    }

    [Fact]
    public void MO36_Of_each_unit_only_the_best_competes_by_priority()
    {
        var losers = Choose(
            Causes.Order(1_000),
            Campaign(1, "Low but first", Definitions.Fixed(500), priority: 3),
            Campaign(2, "Points", Definitions.Points(1), priority: 2),
            Campaign(3, "High", Definitions.Fixed(1_000), priority: 1));

        losers.Keys.Order().ShouldBe([1L, 3L]);
    }

    [Fact]
    public void MO36_Equal_amounts_go_by_priority_and_nothing_for_the_referrer_loses_to_something()
    {
        Choose(Causes.Order(1_000), Campaign(1, "A", Definitions.Fixed(5)), Campaign(2, "B", Definitions.Fixed(5), priority: 1))
            .Keys.ShouldBe([1L]);
        Choose(Causes.Order(1_000), Campaign(1, "A", Definitions.Points(500, to: "customer"), priority: 9), Campaign(2, "B", Definitions.Fixed(5)))
            .Keys.ShouldBe([1L]);
        Choose(Causes.Order(1_000), Campaign(1, "A", Definitions.Points(5, to: "customer")), Campaign(2, "B", Definitions.Points(500, to: "customer")))
            .Keys.ShouldBe([2L]);
    }

    private static IReadOnlyDictionary<long, Reason> Choose(CauseFacts cause, params ActiveCampaign[] campaigns) => ExclusiveGroups.Choose(
        campaigns.Select(campaign => new GroupCandidate(campaign, [Judging.Judge(campaign, cause)])));

    private static ActiveCampaign Campaign(
        long id, string name, string line, string? group = "g", int priority = 0, string step = "") => Judging.Active(
            Definitions.OnOrders(
                line, step, $"\"priority\":{priority}" + (group is null ? "" : $",\"exclusiveGroup\":\"{group}\"")),
            id,
            name);
}

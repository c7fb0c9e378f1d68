using System.Numerics;
using Shouldly;
using Tributary.Campaigns;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Campaigns;

public sealed class StepJudgeTests
{
    private static readonly CampaignDefinition Plain = Definitions.OnOrders(Definitions.Percent(100_000));

    [Fact]
    public void MO33_A_two_sided_campaign_pays_each_side_its_line()
    {
        var definition = Definitions.OnOrders(Definitions.Points(200) + "," + Definitions.Points(100, to: "customer"));

        var lines = Judging.Judge(definition, Causes.Order(10_000)).Reached().Lines.Cast<LineEarned>().ToList();

        lines.Select(line => (line.Line.Number, line.Role, line.RecipientId, line.Unit, line.Amount)).ShouldBe(
        [
            (1, RewardRole.Referrer, 1L, Unit.Points("points"), (BigInteger)200),
            (2, RewardRole.Customer, 2L, Unit.Points("points"), (BigInteger)100),
        ]);
    }

    [Theory]
    [InlineData(CampaignState.Active, null, null, null)]
    [InlineData(CampaignState.Active, 0, 1, null)]
    [InlineData(CampaignState.Active, 1, null, ReasonCode.CampaignNotStarted)]
    [InlineData(CampaignState.Active, -2, 0, ReasonCode.CampaignEnded)]
    [InlineData(CampaignState.Scheduled, 0, null, null)]
    [InlineData(CampaignState.Scheduled, 1, null, ReasonCode.CampaignNotStarted)]
    [InlineData(CampaignState.Paused, -1, null, ReasonCode.CampaignPaused)]
    [InlineData(CampaignState.Ended, -1, 1, null)]
    [InlineData(CampaignState.Ended, -1, 0, ReasonCode.CampaignEnded)]
    [InlineData(CampaignState.Draft, null, null, ReasonCode.CampaignDraft)]
    public void MO30_Only_a_campaign_that_was_active_at_the_causes_time_pays(CampaignState state, int? startsInHours, int? endsInHours, ReasonCode? reason)
    {
        var campaign = Judging.Active(Plain) with
        {
            State = state,
            StartsAt = startsInHours is { } start ? Causes.Noon.AddHours(start) : null,
            EndsAt = endsInHours is { } end ? Causes.Noon.AddHours(end) : null,
        };

        ShouldBe(Judging.Judge(campaign, Causes.Order(1000)), reason);
    }

    [Theory]
    [InlineData("lead", "lead", true)]
    [InlineData("lead", "order", false)]
    [InlineData("order", "order", true)]
    [InlineData("order", "later", true)]
    [InlineData("first_order", "order", true)]
    [InlineData("first_order", "later", false)]
    [InlineData("first_order", "lead", false)]
    [InlineData("event", "shared", true)]
    [InlineData("event", "other", false)]
    [InlineData("manual", "manual", true)]
    [InlineData("manual", "lead", false)]
    public void MO31_A_step_is_reached_by_its_trigger_alone(string trigger, string cause, bool reached)
    {
        var name = trigger == "event" ? ",\"eventName\":\"shared\"" : "";
        var definition = Definitions.Parse($$"""{"steps":[{"trigger":"{{trigger}}"{{name}},"lines":[{{Definitions.Points(5)}}]}]}""");
        var happened = cause switch
        {
            "lead" => Causes.Lead(),
            "manual" => Causes.Lead() with { Kind = CauseKind.Manual },
            "order" => Causes.Order(1000),
            "later" => Causes.Order(1000) with { Order = Causes.Order(1000).Order! with { IsFirst = false } },
            _ => Causes.Event(cause),
        };

        (Judging.Judge(definition, happened) is Reached).ShouldBe(reached);
    }

    [Fact]
    public void MO32_A_failed_condition_is_named()
    {
        var definition = Definitions.OnOrders(Definitions.Points(5), """
            "conditions":{"field":"total_paid","operator":"gte","value":"200"}
            """);

        var reason = Judging.Judge(definition, Causes.Order(19_000)).WhyNot();

        reason.Code.ShouldBe(ReasonCode.ConditionFailed);
        CampaignExplanation.Sentence("Summer", reason).ShouldBe("“Summer”: it asks total_paid to be at least 200, and it is 190.");
        Judging.Judge(definition, Causes.Order(20_000)).Amounts().ShouldBe([5]);
    }

    [Fact]
    public void Who_may_be_rewarded_is_judged_by_the_campaign()
    {
        var alone = Judging.Referred with { ReferrerId = null };
        Judging.Judge(Plain, Causes.Order(1000), alone).WhyNot().Code.ShouldBe(ReasonCode.NotReferred);

        var everyone = Definitions.OnOrders(Definitions.Points(5, to: "customer") + "," + Definitions.Points(6), campaign: "\"audience\":\"everyone\"");
        Judging.Judge(everyone, Causes.Order(1000), alone).Amounts().ShouldBe([5, 0]);
        Judging.Judge(everyone, Causes.Order(1000), alone).Skipped(1).Code.ShouldBe(ReasonCode.NoReferrer);

        var guest = Judging.Referred with { Guest = true };
        var noGuests = Definitions.OnOrders(Definitions.Points(5), campaign: "\"rewardGuests\":false");
        Judging.Judge(Plain, Causes.Order(1000), guest).Amounts().ShouldBe([100]);
        Judging.Judge(noGuests, Causes.Order(1000), guest).WhyNot().Code.ShouldBe(ReasonCode.GuestNotRewarded);

        var trusted = Definitions.OnOrders(Definitions.Points(5), campaign: "\"trustedOnly\":true");
        var untrusted = Causes.Order(1000) with { Trusted = false };
        Judging.Judge(trusted, untrusted).WhyNot().Code.ShouldBe(ReasonCode.NotTrusted);
        Judging.Judge(trusted, Causes.Order(1000)).Amounts().ShouldBe([5]);
        Judging.Judge(Plain, untrusted).Amounts().ShouldBe([100]);
    }

    [Fact]
    public void An_inactive_referrer_gets_nothing_and_the_friend_its_line()
    {
        var definition = Definitions.OnOrders(Definitions.Points(200) + "," + Definitions.Points(100, to: "customer"));

        var result = Judging.Judge(definition, Causes.Order(1000), Judging.Referred with { ReferrerActive = false });

        result.Amounts().ShouldBe([0, 100]);
        result.Skipped().Code.ShouldBe(ReasonCode.ReferrerInactive);
    }

    [Theory]
    [InlineData("USD", 2500, null)]
    [InlineData("USD", 2499, ReasonCode.BelowMinimum)]
    [InlineData("JPY", 3000, null)]
    [InlineData("JPY", 2999, ReasonCode.BelowMinimum)]
    [InlineData("EUR", 1_000_000, ReasonCode.NoMinimumForCurrency)]
    public void MO35_The_minimum_order_is_per_currency(string currency, long total, ReasonCode? reason)
    {
        var definition = Definitions.OnOrders(Definitions.Points(5), "\"minimumOrder\":{\"USD\":2500,\"JPY\":3000}");

        ShouldBe(Judging.Judge(definition, Causes.Order(total, Currency.Of(currency))), reason);
    }

    [Fact]
    public void MO35_A_fixed_line_pays_its_own_unit_whatever_the_orders_currency()
    {
        var earned = Judging.Judge(Definitions.OnOrders(Definitions.Fixed(500, "EUR")), Causes.Order(1000, Currency.Of("JPY"))).Earned();

        (earned.Unit, earned.Amount).ShouldBe((Unit.Of(Currency.Of("EUR")), 500));
    }

    [Fact]
    public void MO34_Each_kind_of_amount()
    {
        var definition = Definitions.OnOrders($$"""
            {{Definitions.Percent(29_000)}},
            {{Definitions.Fixed(500)}},
            {{Definitions.Points(200)}},
            {"recipient":"customer","amount":{"kind":"points","perMajorUnitPpm":1500000,"unit":"points:stars"} },
            {"recipient":"customer","amount":{"kind":"points","perMajorUnitPpm":1500000,"mostPoints":20} },
            {"recipient":"customer","amount":{"kind":"score","points":7} },
            {"recipient":"customer","amount":{"kind":"coupon","coupon":{"kind":"free_shipping","codePrefix":"SHIP"} } },
            {"recipient":"customer","amount":{"kind":"custom","name":"Gift"} }
            """);

        var lines = Judging.Judge(definition, Causes.Order(10_050)).Reached().Lines.Cast<LineEarned>().ToList();

        lines.Select(line => (line.Kind, line.Unit?.Text, line.Amount)).ShouldBe(
        [
            (RewardKind.Money, "USD", (BigInteger)291),
            (RewardKind.Money, "USD", 500),
            (RewardKind.Points, "points:points", 200),
            (RewardKind.Points, "points:stars", 151),
            (RewardKind.Points, "points:points", 20),
            (RewardKind.Score, "score:score", 7),
            (RewardKind.Coupon, null, 0),
            (RewardKind.Custom, null, 0),
        ]);
        lines[6].Coupon!.CodePrefix.ShouldBe("SHIP");
        lines[4].ClampedBy.ShouldBe(ClampedBy.OrderCap);
    }

    [Fact]
    public void MO37_The_cap_per_order_comes_before_the_limits_and_is_per_currency()
    {
        var definition = Definitions.OnOrders(Definitions.Percent(100_000, more: "\"mostPerOrder\":{\"USD\":500}"));

        var cut = Judging.Judge(definition, Causes.Order(10_000)).Earned();
        (cut.Amount, cut.Computed, cut.ClampedBy, cut.Cap).ShouldBe((500, 500, ClampedBy.OrderCap, (BigInteger?)null));
        Judging.Judge(definition, Causes.Order(10_000, Currency.Of("EUR"))).Skipped().Code.ShouldBe(ReasonCode.NoCapForCurrency);
    }

    [Fact]
    public void MO37_An_order_of_which_nothing_remains_pays_nothing()
    {
        var order = Causes.Order(1000);
        ShouldBe(Judging.Judge(Plain, order with { Order = order.Order! with { Refunded = 1000, RemainingBase = 0 } }), ReasonCode.OrderUndone);
        ShouldBe(Judging.Judge(Plain, order with { Order = order.Order! with { Cancelled = true } }), ReasonCode.OrderUndone);
        ShouldBe(Judging.Judge(Plain, order with { Order = order.Order! with { RemainingBase = 0 } }), ReasonCode.NoBase);
        ShouldBe(Judging.Judge(Plain, Causes.Order(0)), ReasonCode.NoBase);
    }

    [Theory]
    [InlineData(null, null, 0, 30)]
    [InlineData(null, 7, 0, 7)]
    [InlineData(3, 7, 0, 3)]
    [InlineData(0, 7, 0, 0)]
    [InlineData(3, null, 14, 14)]
    [InlineData(20, null, 14, 20)]
    public void MO52_The_hold_is_the_lines_else_the_campaigns_else_the_programmes_and_at_least_the_return_window(
        int? line, int? campaign, int returnWindow, int days)
    {
        var definition = Definitions.OnOrders(
            Definitions.Points(5, line: line is null ? "" : $"\"holdDays\":{line}"), campaign: campaign is null ? "" : $"\"holdDays\":{campaign}");
        var cause = Causes.Order(1000);

        var earned = Judging.Judge(
            definition, cause with { Order = cause.Order! with { ReturnWindowDays = returnWindow } }, defaults: new RewardDefaults(30)).Earned();

        earned.HoldDays.ShouldBe(days);
        earned.AvailableAt.ShouldBe(Causes.Noon.AddHours(24 * days));
    }

    [Fact]
    public void MO54_An_amount_of_nothing_makes_no_reward_and_says_why()
    {
        var reason = Judging.Judge(Definitions.OnOrders(Definitions.Percent(200_000)), Causes.Order(2)).Skipped();

        reason.Code.ShouldBe(ReasonCode.AmountZero);
        CampaignExplanation.Sentence("Summer", reason).ShouldBe(
            "“Summer”: 20 % of 0.02 USD is less than half of the smallest unit, so it comes to nothing.");
    }

    [Fact]
    public void An_amount_beyond_what_can_be_kept_is_named_as_such()
    {
        var definition = Definitions.OnOrders("""{"recipient":"customer","amount":{"kind":"points","perMajorUnitPpm":10000000}}""");

        Judging.Judge(definition, Causes.Order(long.MaxValue, Currency.Of("JPY"))).Skipped().Code.ShouldBe(ReasonCode.AmountOutOfRange);
    }

    [Fact]
    public void D24_Twenty_percent_is_twenty_percent_and_its_unit_is_always_said()
    {
        var earned = Judging.Judge(Definitions.OnOrders(Definitions.Percent(200_000)), Causes.Order(1_000, Currency.Of("KWD"))).Earned();

        (earned.Unit!.Value.Text, earned.Amount).ShouldBe(("KWD", 200));
        CampaignExplanation.Sentence("Summer", earned).ShouldBe("“Summer” gives the referrer 0.200 KWD (20 %).");
    }

    [Fact]
    public void D24_An_order_that_earns_nothing_says_why()
    {
        var minimum = Definitions.OnOrders(Definitions.Points(5), "\"minimumOrder\":{\"USD\":2500}");

        CampaignExplanation.Sentence("Summer", Judging.Judge(minimum, Causes.Order(5_000, Currency.Of("EUR"))).WhyNot())
            .ShouldBe("“Summer”: it sets a minimum order, but none in EUR.");
        CampaignExplanation.Sentence("Summer", Judging.Judge(minimum, Causes.Order(2_000)).WhyNot())
            .ShouldBe("“Summer”: it asks for an order of at least 25.00 USD, and this one counts 20.00 USD.");
        CampaignExplanation.Sentence("Summer", Judging.Judge(Plain, Causes.Order(5), Judging.Referred with { ReferrerId = null }).WhyNot())
            .ShouldBe("“Summer”: it rewards referrals, and nobody referred this customer.");
    }

    [Theory]
    [InlineData(0, 5, 0)]
    [InlineData(4, 5, 0)]
    [InlineData(5, 5, 1)]
    [InlineData(9, 5, 1)]
    [InlineData(10, 5, 2)]
    [InlineData(7, 1, 7)]
    public void MO41_Bonus_n_is_owed_while_the_count_is_at_least_n_times_N(long count, int every, long owed) =>
        MilestoneBonus.Owed(count, every).ShouldBe(owed);

    [Fact]
    public void MO41_The_bonus_is_the_referrers_and_knows_its_limits()
    {
        var definition = Definitions.OnOrders(Definitions.Points(5), campaign: $$"""
            "bonus":{"every":5,"lines":[{{Definitions.Points(500)}}]},"budget":{"amount":600,"unit":"points:points"},"holdDays":2
            """);
        var campaign = Judging.Active(definition);

        var (lines, usage) = StepJudge.JudgeBonus(campaign, Judging.Referred, Causes.Noon, TimeZoneInfo.Utc, UsageSnapshot.Empty, Judging.Defaults);
        var (later, _) = StepJudge.JudgeBonus(
            campaign, Judging.Referred, Causes.Noon, TimeZoneInfo.Utc, UsageSnapshot.Empty.With(usage), Judging.Defaults);

        var first = lines.ShouldHaveSingleItem().ShouldBeOfType<LineEarned>();
        (first.RecipientId, first.Amount, first.AvailableAt).ShouldBe((1L, 500, Causes.Noon.AddDays(2)));
        var second = later.ShouldHaveSingleItem().ShouldBeOfType<LineEarned>();
        (second.Amount, second.ClampedBy).ShouldBe((100, ClampedBy.Budget));
    }

    private static void ShouldBe(StepResult result, ReasonCode? reason)
    {
        if (reason is { } code)
            result.WhyNot().Code.ShouldBe(code);
        else
            result.Reached();
    }
}

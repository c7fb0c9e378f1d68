using System.Numerics;
using Shouldly;
using Tributary.Campaigns;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Campaigns;

public sealed class LimitsTests
{
    private static readonly TimeZoneInfo Auckland = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland");

    [Fact]
    public void MO38_An_amount_is_cut_to_the_headroom_and_the_headroom_is_kept_as_the_limit()
    {
        var definition = Definitions.OnOrders(Definitions.Percent(100_000, line: """
            "caps":[{"per":"recipient","period":"month","amount":1500,"unit":"USD"}]
            """));

        var first = Judging.Judge(definition, Causes.Order(10_000));
        var second = Judging.Judge(definition, Causes.Order(10_000), usage: After(first));
        var third = Judging.Judge(definition, Causes.Order(10_000), usage: After(first, second));

        (first.Earned().Amount, first.Earned().Cap, first.Earned().ClampedBy).ShouldBe((1000, 1500, (ClampedBy?)null));
        (second.Earned().Amount, second.Earned().Cap, second.Earned().ClampedBy).ShouldBe((500, 500, ClampedBy.LineCap));
        second.Earned().Computed.ShouldBe(1000);
        third.Skipped().Code.ShouldBe(ReasonCode.CapReached);
        CampaignExplanation.Sentence("Summer", third.Skipped()).ShouldBe("“Summer”: the limit of 15.00 USD a month is used up.");
        CampaignExplanation.Sentence("Summer", second.Earned()).ShouldBe(
            "“Summer” gives the referrer 5.00 USD (10 %), cut from 10.00 USD by the limit of this reward.");
    }

    [Fact]
    public void MO38_What_a_refund_takes_back_is_headroom_for_later_causes()
    {
        var definition = Definitions.OnOrders(Definitions.Percent(100_000), campaign: "\"budget\":{\"amount\":1500,\"unit\":\"USD\"}");
        var first = Judging.Judge(definition, Causes.Order(10_000));
        var second = Judging.Judge(definition, Causes.Order(10_000), usage: After(first));
        var refunded = UsageKeys.Change(
            10, definition, definition.Steps[0].Lines[0], new(1, 2, Causes.Noon, TimeZoneInfo.Utc), second.Earned().Unit, -400, 0);

        var third = Judging.Judge(definition, Causes.Order(10_000), usage: After(first, second).With(refunded));

        second.Earned().Amount.ShouldBe(500);
        (third.Earned().Amount, third.Earned().ClampedBy).ShouldBe((400, ClampedBy.Budget));
    }

    [Fact]
    public void MO38_A_budget_is_in_one_unit_and_other_units_earn_nothing_there()
    {
        var definition = Definitions.OnOrders(Definitions.Percent(100_000), campaign: "\"budget\":{\"amount\":1500,\"unit\":\"USD\"}");

        var reason = Judging.Judge(definition, Causes.Order(10_000, Currency.Of("EUR"))).Skipped();

        reason.Code.ShouldBe(ReasonCode.BudgetUnit);
        CampaignExplanation.Sentence("Summer", reason).ShouldBe("“Summer”: the reward is in EUR, and its budget in USD.");
    }

    [Fact]
    public void MO38_Lines_of_one_cause_share_the_budget_in_their_order()
    {
        var definition = Definitions.OnOrders(
            Definitions.Points(60) + "," + Definitions.Points(60, to: "customer") + "," + Definitions.Points(60, to: "customer"),
            campaign: "\"budget\":{\"amount\":100,\"unit\":\"points:points\"}");

        var result = Judging.Judge(definition, Causes.Order(1000));

        result.Amounts().ShouldBe([60, 40, 0]);
        result.Skipped(2).Code.ShouldBe(ReasonCode.BudgetExhausted);
        result.Reached().Usage.Sum(delta => (long)delta.Amount).ShouldBe(100);
    }

    [Theory]
    [InlineData("recipient", 1L, 3L, 2L)]
    [InlineData("customer", 3L, 2L, 2L)]
    public void MO38_Caps_count_rewards_per_recipient_or_per_customer(string per, long otherReferrer, long sameCustomer, long allowed)
    {
        var definition = Definitions.OnOrders(Definitions.Points(5, line: $$"""
            "caps":[{"per":"{{per}}","count":{{allowed}}}]
            """));
        var first = Judging.Judge(definition, Causes.Order(1000));
        var parties = Judging.Referred with { ReferrerId = otherReferrer, CustomerId = sameCustomer };
        var second = Judging.Judge(definition, Causes.Order(1000), parties, After(first));
        var third = Judging.Judge(definition, Causes.Order(1000), parties, After(first, second));
        var stranger = Judging.Judge(
            definition, Causes.Order(1000), Judging.Referred with { ReferrerId = 8, CustomerId = 9 }, After(first, second, third));

        second.Amounts().ShouldBe([5]);
        third.Skipped().Code.ShouldBe(ReasonCode.CapReached);
        stranger.Amounts().ShouldBe([5]);
    }

    [Fact]
    public void MO38_A_coupon_takes_nothing_of_an_amount_and_one_of_a_count()
    {
        const string Coupon = """{"recipient":"customer","amount":{"kind":"coupon","coupon":{"kind":"free_shipping"}}}""";
        var byAmount = Definitions.OnOrders(Coupon, campaign: "\"budget\":{\"amount\":1,\"unit\":\"USD\"}");
        var byCount = Definitions.OnOrders(Coupon, campaign: "\"budget\":{\"count\":1}");

        Judging.Judge(byAmount, Causes.Order(1000)).Reached().Usage.ShouldBeEmpty();
        UsageKeys.Change(10, byAmount, byAmount.Steps[0].Lines[0], new(2, 2, Causes.Noon, TimeZoneInfo.Utc), null, -1, -1).ShouldBeEmpty();
        var first = Judging.Judge(byCount, Causes.Order(1000));
        first.Earned().Kind.ShouldBe(RewardKind.Coupon);
        Judging.Judge(byCount, Causes.Order(1000), usage: After(first)).Skipped().Code.ShouldBe(ReasonCode.BudgetExhausted);
    }

    [Theory]
    [InlineData("day", "2026-11-21")]
    [InlineData("week", "2026-W47")]
    [InlineData("month", "2026-11")]
    [InlineData("year", "2026")]
    [InlineData("ever", "ever")]
    public void MO38_Periods_are_those_of_the_programmes_calendar(string period, string text)
    {
        var definition = Definitions.OnOrders(Definitions.Points(5, line: $$"""
            "caps":[{"per":"recipient","period":"{{period}}","count":2}]
            """));

        UsageKeys.For(Judging.Active(definition), Causes.Order(1000) with { Zone = Auckland }, Judging.Referred)
            .ShouldBe([new UsageKey(10, "line:1/recipient:1", text)]);
    }

    [Theory]
    [InlineData("2026-12-31T10:59:59Z", "2026-12-31", "2026-W53", "2026")]
    [InlineData("2026-12-31T11:00:00Z", "2027-01-01", "2026-W53", "2027")]
    [InlineData("2027-01-03T11:00:00Z", "2027-01-04", "2027-W01", "2027")]
    public void MO38_A_period_ends_at_midnight_of_the_zone(string at, string day, string week, string year)
    {
        var instant = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);

        Calendar.Period(CapPeriod.Day, instant, Auckland).ShouldBe(day);
        Calendar.Period(CapPeriod.Week, instant, Auckland).ShouldBe(week);
        Calendar.Period(CapPeriod.Year, instant, Auckland).ShouldBe(year);
    }

    [Theory]
    [InlineData("UTC", "2026-01-31T08:00:00Z", 1, "2026-02-28T08:00:00Z")]
    [InlineData("UTC", "2028-01-31T08:00:00Z", 1, "2028-02-29T08:00:00Z")]
    [InlineData("UTC", "2026-01-31T08:00:00Z", 2, "2026-03-31T08:00:00Z")]
    [InlineData("Pacific/Auckland", "2026-01-30T11:30:00Z", 1, "2026-02-27T11:30:00Z")]
    [InlineData("Europe/Berlin", "2026-01-15T11:00:00Z", 6, "2026-07-15T10:00:00Z")]
    [InlineData("Europe/Berlin", "2026-02-28T01:30:00Z", 1, "2026-03-28T01:30:00Z")]
    [InlineData("Europe/Berlin", "2026-02-28T23:30:00Z", 13, "2027-03-31T22:30:00Z")]
    [InlineData("Europe/Berlin", "2027-02-28T01:30:00Z", 1, "2027-03-28T01:30:00Z")]
    public void MO39_Months_are_calendar_months_of_the_zone_and_the_boundary_is_inside(string zone, string from, int months, string last)
    {
        var boundary = DateTimeOffset.Parse(last, System.Globalization.CultureInfo.InvariantCulture);
        var parties = Judging.Referred with { AttributedAt = DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture) };
        var definition = Definitions.OnOrders(Definitions.Points(5), campaign: $$"""
            "duration":{"kind":"months","months":{{months}} }
            """);
        var cause = Causes.Order(1000) with { Zone = TimeZoneInfo.FindSystemTimeZoneById(zone) };

        Judging.Judge(definition, cause with { At = boundary }, parties).Amounts().ShouldBe([5]);
        var reason = Judging.Judge(definition, cause with { At = boundary.AddTicks(1) }, parties).WhyNot();
        reason.Code.ShouldBe(ReasonCode.DurationOver);
        CampaignExplanation.Sentence("Summer", reason).ShouldBe($"“Summer”: it rewards {months} months from the referral, and they are over.");
    }

    [Fact]
    public void MO39_The_first_N_orders_take_slots_and_one_that_fails_its_conditions_takes_none()
    {
        var definition = Definitions.OnOrders(
            Definitions.Points(5), "\"minimumOrder\":{\"USD\":500}", "\"duration\":{\"kind\":\"first_n_orders\",\"orders\":2}");

        var first = Judging.Judge(definition, Causes.Order(1000));
        var small = Judging.Judge(definition, Causes.Order(499), usage: After(first));
        var second = Judging.Judge(definition, Causes.Order(1000), usage: After(first, small));
        var third = Judging.Judge(definition, Causes.Order(1000), usage: After(first, small, second));

        small.WhyNot().Code.ShouldBe(ReasonCode.BelowMinimum);
        second.Amounts().ShouldBe([5]);
        third.WhyNot().Code.ShouldBe(ReasonCode.DurationOver);
        Judging.Judge(definition, Causes.Order(1000), Judging.Referred with { CustomerId = 3 }, After(first, second)).Amounts().ShouldBe([5]);
    }

    [Fact]
    public void MO39_Once_pays_each_step_for_one_act_of_a_customer()
    {
        var definition = Definitions.Parse($$"""
            {"steps":[{"trigger":"lead","lines":[{{Definitions.Points(1)}}]},{"trigger":"event","eventName":"e","lines":[{{Definitions.Points(2)}}]}],
             "duration":{"kind":"once"} }
            """);

        var lead = Judging.Judge(definition, Causes.Lead());
        var act = Judging.Judge(definition, Causes.Event("e"), usage: After(lead), step: 2);
        var again = Judging.Judge(definition, Causes.Event("e"), usage: After(lead, act), step: 2);

        act.Amounts().ShouldBe([2]);
        again.WhyNot().Code.ShouldBe(ReasonCode.DurationOver);
    }

    [Fact]
    public void MO43_A_campaign_without_limits_locks_no_row()
    {
        var definition = Definitions.OnOrders(Definitions.Points(5) + "," + Definitions.Percent(1));

        UsageKeys.For(Judging.Active(definition), Causes.Order(1000), Judging.Referred).ShouldBeEmpty();
        Judging.Judge(definition, Causes.Order(1000)).Reached().Usage.ShouldBeEmpty();
    }

    [Fact]
    public void MO43_Every_row_that_is_read_or_changed_is_locked_before_in_key_order()
    {
        var definition = Definitions.OnOrders(
            Definitions.Percent(100_000, line: """
                "caps":[{"per":"recipient","period":"month","amount":50,"unit":"USD"},{"per":"customer","count":9}]
                """)
            + "," + Definitions.Points(5, to: "customer", line: "\"caps\":[{\"per\":\"recipient\",\"period\":\"day\",\"count\":3}]"),
            campaign: $$"""
                "budget":{"count":100},"duration":{"kind":"first_n_orders","orders":3},"bonus":{"every":5,"lines":[{{Definitions.Points(500)}}]}
                """);
        var campaign = Judging.Active(definition);

        var keys = UsageKeys.For(campaign, Causes.Order(1000), Judging.Referred);
        var used = Judging.Judge(campaign, Causes.Order(1000)).Reached().Usage.Select(delta => delta.Key).Distinct().ToList();

        keys.ShouldBe(
        [
            new(10, "budget", "ever"),
            new(10, "line:1/customer:2", "ever"),
            new(10, "line:1/recipient:1/USD", "2026-11"),
            new(10, "line:2/recipient:2", "2026-11-20"),
            new(10, "qualified/referrer:1", "ever"),
            new(10, "step:1/customer:2", "ever"),
        ]);
        used.Count.ShouldBe(5);
        used.ShouldAllBe(key => keys.Contains(key));
    }

    private static UsageSnapshot After(params StepResult[] results) => results
        .OfType<Reached>()
        .Aggregate(UsageSnapshot.Empty, (usage, result) => usage.With(result.Usage));
}

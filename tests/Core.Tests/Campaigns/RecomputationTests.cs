using System.Numerics;
using FsCheck.Fluent;
using Shouldly;
using Tributary.Campaigns;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Campaigns;

public sealed class RecomputationTests
{
    private static readonly Currency Dollar = Currency.Of("USD");

    [Theory]
    [InlineData(100_000, 1000, new long[] { 667, 334, 0 }, new long[] { 67, 33, 0 })]
    [InlineData(29_000, 10_000, new long[] { 6639, 0 }, new long[] { 193, 0 })]
    [InlineData(29_000, 10_000, new long[] { 3361, 0 }, new long[] { 97, 0 })]
    [InlineData(333_333, 999, new long[] { 666, 333, 0 }, new long[] { 222, 111, 0 })]
    [InlineData(29_000, 10_000, new long[] { 6000 }, new long[] { 174 })]
    public void MO26_Owed_is_the_rule_over_what_remains_of_the_base(int ppm, long @base, long[] remaining, long[] owed)
    {
        var definition = Definitions.OnOrders(Definitions.Percent(ppm));

        remaining.Select(rest => Owed(definition, Remaining(@base, rest))).ShouldBe(owed.Select(amount => (BigInteger)amount));
    }

    [Theory]
    [InlineData(667, 67)]
    [InlineData(335, 34)]
    [InlineData(334, 33)]
    public void MO26_Rounding_happens_on_what_remains_and_not_on_what_goes(long rest, long owed) =>
        Owed(Definitions.OnOrders(Definitions.Percent(100_000)), Remaining(1000, rest)).ShouldBe(owed);

    [Fact]
    public void MO26_A_wholly_refunded_or_cancelled_order_owes_nothing()
    {
        var definition = Definitions.OnOrders(Definitions.Percent(1_000_000) + "," + Definitions.Fixed(5));
        foreach (var order in (OrderFacts[])[Remaining(1000, 0), Remaining(1000, 1000) with { Cancelled = true }])
            foreach (var line in (int[])[1, 2])
                Recomputation.Owed(definition, line, order, null, Judging.Defaults).ShouldBe(BigInteger.Zero);
    }

    [Theory]
    [InlineData(2000, 200)]
    [InlineData(1999, 0)]
    public void MO27_Below_the_minimum_nothing_is_owed(long rest, long owed) => Owed(
        Definitions.OnOrders(Definitions.Percent(100_000), "\"minimumOrder\":{\"USD\":2000}"), Remaining(2500, rest)).ShouldBe(owed);

    [Theory]
    [InlineData(false, 1, 500)]
    [InlineData(false, 0, 0)]
    [InlineData(true, 1000, 500)]
    [InlineData(true, 333, 167)]
    [InlineData(true, 1, 1)]
    [InlineData(true, 0, 0)]
    public void MO27_A_fixed_amount_is_kept_whole_or_in_proportion(bool proportional, long rest, long owed)
    {
        var definition = Definitions.OnOrders(Definitions.Fixed(500) + "," + Definitions.Points(500));
        var rules = new RewardDefaults(FixedProportional: proportional);

        foreach (var line in (int[])[1, 2])
            Recomputation.Owed(definition, line, Remaining(1000, rest), null, rules).ShouldBe(owed);
    }

    [Fact]
    public void GB36_A_condition_on_total_paid_sees_the_rest()
    {
        var definition = Definitions.OnOrders(Definitions.Points(200), """
            "conditions":{"field":"total_paid","operator":"gte","value":"200"}
            """);
        var order = Causes.Order(25_000).Order!;

        Owed(definition, order with { Refunded = 3_000, RemainingBase = 22_000 }).ShouldBe(200);
        Owed(definition, order with { Refunded = 6_000, RemainingBase = 19_000 }).ShouldBe(0);
    }

    [Fact]
    public void MO27_Conditions_on_anything_else_stay_as_they_were_judged()
    {
        var definition = Definitions.OnOrders(Definitions.Points(200), """
            "conditions":{"all":[{"field":"customer.new","operator":"eq","value":true},
              {"any":[{"field":"order.base","operator":"gte","value":20000},{"field":"customer.tag","operator":"eq","value":"vip"}]}]}
            """);
        var plain = Causes.Order(25_000);
        var vip = plain with { Customer = plain.Customer with { Tags = ["vip"] } };
        var rest = plain.Order! with { Refunded = 6_000, RemainingBase = 19_000 };

        Judging.Judge(definition, plain).Reached().FrozenConditions.ShouldBe("1-0");
        Judging.Judge(definition, vip).Reached().FrozenConditions.ShouldBe("1-1");
        StillReached("1-0").ShouldBeFalse();
        StillReached("1-1").ShouldBeTrue();
        StillReached(null).ShouldBeTrue("what was not kept is taken to hold");

        bool StillReached(string? frozen) => Recomputation.StillReached(definition.Steps[0], rest, Judging.Defaults, frozen);
    }

    [Fact]
    public void MO37_What_is_owed_never_exceeds_the_limit_of_the_reward()
    {
        var definition = Definitions.OnOrders(Definitions.Percent(100_000));

        Recomputation.Owed(definition, 1, Remaining(1000, 1000), 30, Judging.Defaults).ShouldBe(30);
        Recomputation.Owed(definition, 1, Remaining(1000, 290), 30, Judging.Defaults).ShouldBe(29);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 500)]
    public void MO25_A_free_order_pays_fixed_lines_only_where_the_programme_says_so(bool rewarded, long owed)
    {
        var definition = Definitions.OnOrders(Definitions.Fixed(500) + "," + Definitions.Percent(100_000));
        var rules = new RewardDefaults(RewardFreeOrders: rewarded);

        Recomputation.Owed(definition, 1, Remaining(0, 0), null, rules).ShouldBe(owed);
        Recomputation.Owed(definition, 2, Remaining(0, 0), null, rules).ShouldBe(BigInteger.Zero);
    }

    [Fact]
    public void I14_A_larger_base_never_owes_less_at_a_fixed_rate_and_a_larger_rate_never_less_at_a_fixed_base()
    {
        var amounts = Gen.OneOf(
            Gen.Choose(0, 99).Select(n => (long)n),
            Gen.Choose(100, 1_000_000).Select(n => (long)n),
            Gen.Elements((1L << 31) - 1, 1L << 31, (1L << 31) + 1, 1L << 40, 1L << 62, long.MaxValue));
        var rates = Gen.Elements(0, 1, 25_000, 29_000, 333_333, 500_000, 999_999, 1_000_000);
        var cases = from first in amounts
                    from second in amounts
                    from third in amounts
                    from low in rates
                    from high in rates
                    from proportional in Gen.Elements(true, false)
                    select (Bases: ((long[])[first, second, third]).Order().ToArray(), Rates: ((int[])[low, high]).Order().ToArray(), proportional);

        ForAll.Of(cases, one =>
        {
            var rules = new RewardDefaults(FixedProportional: one.proportional);
            var minimum = $"\"minimumOrder\":{{\"USD\":{one.Bases[0] / 2 + 1}}}";
            var lower = Definitions.OnOrders(Lines(one.Rates[0]), minimum);
            var higher = Definitions.OnOrders(Lines(one.Rates[1]), minimum);
            return lower.Steps[0].Lines.All(line =>
            {
                var number = line.Number;
                var smaller = Recomputation.Owed(lower, number, Remaining(one.Bases[2], one.Bases[0]), null, rules);
                var larger = Recomputation.Owed(lower, number, Remaining(one.Bases[2], one.Bases[1]), null, rules);
                var richer = Recomputation.Owed(higher, number, Remaining(one.Bases[2], one.Bases[1]), null, rules);
                return smaller <= larger && larger <= richer;
            });
        });

        static string Lines(int ppm) => string.Join(
            ',', Definitions.Percent(ppm), Definitions.Fixed(500), Definitions.Percent(ppm, more: "\"mostPerOrder\":{\"USD\":700}"));
    }

    private static BigInteger Owed(CampaignDefinition definition, OrderFacts order) =>
        Recomputation.Owed(definition, 1, order, null, Judging.Defaults);

    /// <summary>An order of that base of which so much remains, all of it refunded by amount.</summary>
    private static OrderFacts Remaining(long @base, long rest) => new()
    {
        Currency = Dollar,
        Total = @base,
        Base = @base,
        RemainingBase = rest,
        Refunded = @base - rest,
    };
}

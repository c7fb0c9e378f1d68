using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Primitives;

public sealed class SplitTests
{
    [Theory]
    [InlineData(100, new long[] { 1, 1, 1 }, new long[] { 34, 33, 33 })]
    [InlineData(1, new long[] { 1, 1, 1 }, new long[] { 1, 0, 0 })]
    [InlineData(0, new long[] { 1, 1, 1 }, new long[] { 0, 0, 0 })]
    [InlineData(-100, new long[] { 1, 1, 1 }, new long[] { -34, -33, -33 })]
    [InlineData(10, new long[] { 1, 2, 3 }, new long[] { 2, 3, 5 })]
    [InlineData(101, new long[] { 50, 30, 20 }, new long[] { 51, 30, 20 })]
    [InlineData(7, new long[] { 333333, 333333, 333334 }, new long[] { 2, 2, 3 })]
    [InlineData(1000, new long[] { 70, 20, 10 }, new long[] { 700, 200, 100 })]
    [InlineData(5, new long[] { 0, 1, 1 }, new long[] { 0, 3, 2 })]
    [InlineData(1L << 62, new long[] { 1, 1, 1 },
        new long[] { 1537228672809129302, 1537228672809129301, 1537228672809129301 })]
    public void MO13_a_whole_is_split_by_largest_remainder(long whole, long[] weights, long[] parts) =>
        Split.Of(whole, [.. weights.Select((weight, key) => new Share<int>(key, weight))]).ShouldBe(parts);

    [Fact]
    public void MO13_equal_remainders_go_by_key_and_not_by_input_order()
    {
        Split.Of(1, [new Share<string>("b", 1), new("a", 1), new("c", 1)]).ShouldBe([0, 1, 0]);
        Split.Of(1, [new Share<string>("a", 1), new("Z", 1)]).ShouldBe([0, 1]);
    }

    [Fact]
    public void MO13_a_split_without_weight_or_with_a_key_twice_is_a_bug()
    {
        Should.Throw<ArgumentException>(() => Split.Of(1, [new Share<int>(1, 0)]));
        Should.Throw<ArgumentException>(() => Split.Of(1, [new Share<int>(1, -1), new(2, 2)]));
        Should.Throw<ArgumentException>(() => Split.Of(1, [new Share<int>(1, 1), new(1, 1)]));
    }

    [Fact]
    public void I13_parts_add_up_stay_near_their_share_and_do_not_depend_on_order()
    {
        var cases = from whole in Amounts.Any
                    from weights in Gen.NonEmptyListOf(Amounts.Positive)
                    where weights.Any(weight => weight > 0)
                    from order in Gen.Shuffle(Enumerable.Range(0, weights.Count).ToArray())
                    select (Whole: whole, Shares: weights.Select((w, key) => new Share<int>(key, w)).ToArray(), Order: order);
        ForAll.Of(cases, c =>
        {
            var parts = Split.Of((BigInteger)c.Whole, c.Shares);
            var shuffled = Split.Of((BigInteger)c.Whole, [.. c.Order.Select(i => c.Shares[i])]);
            var total = c.Shares.Aggregate(BigInteger.Zero, (sum, share) => sum + share.Weight);
            return parts.Aggregate(BigInteger.Zero, BigInteger.Add) == c.Whole
                && c.Shares.Select((share, i) => NearShare(parts[i], share, c.Whole, total)).All(near => near)
                && c.Order.Select((from, to) => parts[from] == shuffled[to]).All(same => same)
                && Split.Of(-(BigInteger)c.Whole, c.Shares).SequenceEqual(parts.Select(part => -part));
        });
    }

    private static bool NearShare(BigInteger part, Share<int> share, BigInteger whole, BigInteger total) =>
        BigInteger.Abs(part * total - whole * share.Weight) < total && (share.Weight != 0 || part == 0);
}

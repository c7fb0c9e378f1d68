using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Rewards;

/// <summary>What of an order is still there to reward, from sums alone, so that the order of its refunds never matters (money.md MO-25).</summary>
internal static class RemainingBase
{
    /// <param name="total">What the customer paid, minor units.</param>
    /// <param name="orderBase">What rewards were computed from, minor units.</param>
    /// <param name="refunds">Refunds that stand.</param>
    public static long After(long total, long orderBase, IEnumerable<RefundRow> refunds)
    {
        long withoutBase = 0, refunded = 0;
        Int128 statedBase = 0;
        foreach (var refund in refunds.Where(r => r.Counts))
        {
            if (refund.Kind == "cancel")
                return 0;
            refunded = checked(refunded + refund.Amount);
            if (refund.Base is { } stated)
                statedBase += stated;
            else
                withoutBase = checked(withoutBase + refund.Amount);
        }
        if (total == 0 || refunded >= total)
            return total == 0 ? orderBase : 0;
        var proportional = Rounding.HalfAwayFromZero((BigInteger)orderBase * (total - withoutBase), total);
        return (long)BigInteger.Max(0, proportional - statedBase);
    }

    /// <summary>Σ of what was refunded; a cancellation is not part of it.</summary>
    public static long Refunded(IEnumerable<RefundRow> refunds) =>
        refunds.Where(r => r.Counts && r.Kind != "cancel").Aggregate(0L, (sum, r) => checked(sum + r.Amount));
}

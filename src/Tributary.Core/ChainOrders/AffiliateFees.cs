using System.Numerics;
using Tributary.Chains;

namespace Tributary.ChainOrders;

/// <summary>What an order promises its integrator (debridge.md § 5.3): cut down to whole units, because no contract pays a fraction.</summary>
public static class AffiliateFees
{
    /// <param name="percent">In millionths of a percent.</param>
    public static BigInteger Of(BigInteger input, long percent) => input * percent / FeePercent.Whole;

    /// <summary>The amount, where the chain's own is not known and the percent is; and the value in USD that follows.</summary>
    internal static ChainOrder Computed(ChainOrder order)
    {
        if (order is { AffiliatePercent: { } percent } && (order.AffiliateAmount is null || order.AffiliateEstimated))
            order = order with { AffiliateAmount = Of(InputOf(order, percent), percent), AffiliateEstimated = true };
        return order with { AffiliateUsd = Usd(order) };
    }

    /// <summary>
    /// What the user paid. Where nobody said so it is what the order gives and its fee of the platform, and on top of them the
    /// affiliate fee itself, which is a percent of this very sum.
    /// </summary>
    private static BigInteger InputOf(ChainOrder order, long percent)
    {
        if (order.InputAmount is { } known)
            return known;
        var rest = order.GiveAmount + order.EffectiveFinalPercentFee;
        var input = rest * FeePercent.Whole / (FeePercent.Whole - percent);
        while (input - Of(input, percent) < rest)
            input++;
        return input;
    }

    /// <summary>The same share of the order's value, rounded half away from zero.</summary>
    private static long? Usd(ChainOrder order)
    {
        if (order is not { GiveUsd: { } value, AffiliateAmount: { } amount } || order.EffectiveInput.IsZero)
            return null;
        var input = order.EffectiveInput;
        var twice = (2 * value * amount) + input;
        var usd = twice / (2 * input);
        return usd > long.MaxValue ? null : (long)usd;
    }
}

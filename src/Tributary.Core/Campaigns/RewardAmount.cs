using System.Text.Json;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>What a line pays. The kinds are the nested records below and no others (MO-34).</summary>
public abstract record RewardAmount
{
    private protected RewardAmount()
    {
    }

    /// <summary>What the rewards it makes are.</summary>
    public abstract RewardKind Kind { get; }

    /// <summary>The unit it pays in, where that does not depend on the order; null for a percentage and for what has no amount.</summary>
    public virtual Unit? FixedUnit => null;

    /// <summary>Whether it can only be computed from an order.</summary>
    public virtual bool NeedsOrder => false;
}

/// <summary>A part of the order's base, in the order's currency.</summary>
/// <param name="MostPerOrder">
/// Cap for one order by currency code, in minor units; empty: none. An order in a currency that is not listed earns nothing.
/// </param>
public sealed record PercentAmount(Rate Rate, IReadOnlyDictionary<string, long> MostPerOrder) : RewardAmount
{
    public override RewardKind Kind => RewardKind.Money;

    public override bool NeedsOrder => true;
}

/// <summary>The same sum of money whatever the order's currency (MO-35).</summary>
public sealed record FixedAmount(Money Money) : RewardAmount
{
    public override RewardKind Kind => RewardKind.Money;

    public override Unit? FixedUnit => Unit.Of(Money.Currency);
}

/// <param name="Value">In the unit's smallest part.</param>
/// <param name="Unit">A unit of points.</param>
public sealed record PointsAmount(long Value, Unit Unit) : RewardAmount
{
    public override RewardKind Kind => RewardKind.Points;

    public override Unit? FixedUnit => Unit;
}

/// <summary>Points for money spent (MO-14).</summary>
/// <param name="PerMajorUnitPpm">Points, in their smallest part, for one major unit, in parts per million.</param>
/// <param name="MostPerOrder">Cap for one order in points; null: none.</param>
public sealed record PointsRate(long PerMajorUnitPpm, Unit Unit, long? MostPerOrder) : RewardAmount
{
    public override RewardKind Kind => RewardKind.Points;

    public override Unit? FixedUnit => Unit;

    public override bool NeedsOrder => true;
}

/// <summary>Points that rank and are never redeemed.</summary>
public sealed record ScoreAmount(long Value, Unit Unit) : RewardAmount
{
    public override RewardKind Kind => RewardKind.Score;

    public override Unit? FixedUnit => Unit;
}

/// <summary>A coupon of the recipient's own, made with the reward.</summary>
public sealed record CouponAmount(CouponTerms Terms) : RewardAmount
{
    public override RewardKind Kind => RewardKind.Coupon;
}

/// <summary>Something that the merchant carries out.</summary>
/// <param name="Data">Free data for whoever carries it out; undefined: none.</param>
public sealed record CustomAmount(string Name, JsonElement Data) : RewardAmount
{
    public override RewardKind Kind => RewardKind.Custom;
}

public enum RewardKind
{
    Money,
    Points,
    Score,
    Coupon,
    Custom,
}

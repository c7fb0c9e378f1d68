using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>What a reward coupon is worth and how it may be used (gameball.md 5.3).</summary>
public sealed record CouponTerms
{
    public required CouponKind Kind { get; init; }

    /// <summary>Shown to whoever has it.</summary>
    public string? Name { get; init; }

    /// <summary>The discount of a percentage coupon.</summary>
    public Rate? Percent { get; init; }

    /// <summary>The discount of a fixed coupon, in minor units of <see cref="Currency"/>.</summary>
    public long? Amount { get; init; }

    /// <summary>The currency of <see cref="Amount"/>, <see cref="Cap"/> and <see cref="MinimumOrder"/>.</summary>
    public Currency? Currency { get; init; }

    /// <summary>The greatest discount, in minor units; null: none.</summary>
    public long? Cap { get; init; }

    /// <summary>The least order it may be used on, in minor units; null: one major unit of the programme's currency.</summary>
    public long? MinimumOrder { get; init; }

    /// <summary>The product that is free, or the one it is for.</summary>
    public CouponProduct? Product { get; init; }

    /// <summary>Collections it is for; empty: everything.</summary>
    public IReadOnlyList<CouponCollection> Collections { get; init; } = [];

    /// <summary>Days of 24 hours from the reward on; null: it does not expire.</summary>
    public int? ExpiresAfterDays { get; init; }

    public int UsageLimit { get; init; } = 1;

    /// <summary>Whether it may be used together with others.</summary>
    public bool Combinable { get; init; }

    public string CodePrefix { get; init; } = "";

    public string? RedeemInstructions { get; init; }
}

public enum CouponKind
{
    FreeShipping,
    PercentageDiscount,

    /// <summary>A sum off the whole order.</summary>
    FixedDiscount,

    /// <summary>A sum off, as some shops tell it apart from the former.</summary>
    FixedRateDiscount,
    FreeProduct,
    Custom,
}

public sealed record CouponProduct(
    string ProductId, string? ProductName, string? VariantId, string? VariantName, string? DisplayName);

public sealed record CouponCollection(string CollectionId, string? CollectionName);

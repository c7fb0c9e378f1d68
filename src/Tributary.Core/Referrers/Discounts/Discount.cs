using System.Text.Json.Nodes;
using Tributary.Primitives;

namespace Tributary.Referrers.Discounts;

/// <summary>Whether a discount or one of its codes is in force.</summary>
public enum CouponState
{
    Active,

    /// <summary>Until somebody switches it on again.</summary>
    Paused,

    /// <summary>For ever.</summary>
    Retired,
}

/// <summary>A rule of the merchant's shop by which it gives discounts, with the codes under which it is asked for.</summary>
/// <param name="Key">The caller's name of it, unique in the programme whatever its letter case.</param>
/// <param name="Value">Of a percentage its text, of an amount minor units.</param>
/// <param name="TimesRedeemed">By all of its codes together.</param>
/// <param name="Details">What a dialect keeps with it.</param>
public sealed record Discount(
    long Id,
    string Key,
    string? Name,
    DiscountKind Kind,
    string Value,
    CouponState State,
    DateTimeOffset? ExpiresAt,
    int? MaxRedemptions,
    int TimesRedeemed,
    JsonObject Details,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <param name="Key">Null: generated.</param>
/// <param name="Codes">Made together with it.</param>
public sealed record NewDiscount(
    string? Key,
    string? Name,
    DiscountKind Kind,
    string Value,
    IReadOnlyList<NewDiscountCode> Codes,
    bool Active = true,
    DateTimeOffset? ExpiresAt = null,
    int? MaxRedemptions = null,
    JsonObject? Details = null);

/// <summary>Null members stay.</summary>
public sealed record DiscountChange(string? Name = null, bool? Active = null, JsonObject? Details = null);

/// <summary>One code of a discount: a coupon, with the conditions under which its use counts.</summary>
/// <param name="ReferrerId">Whose orders its uses are; null: nobody's.</param>
/// <param name="Minimum">What an order must come to.</param>
/// <param name="OnlyCustomerId">Our number of the one customer who may use it.</param>
public sealed record DiscountCode(
    long Id,
    long? DiscountId,
    string Code,
    long? ReferrerId,
    CouponState State,
    DateTimeOffset? ExpiresAt,
    bool FirstTimeOrder,
    Money? Minimum,
    int? MaxRedemptions,
    int TimesRedeemed,
    long? OnlyCustomerId,
    JsonObject Details,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <param name="Code">Null: generated.</param>
public sealed record NewDiscountCode(string? Code)
{
    public long? ReferrerId { get; init; }
    public bool Active { get; init; } = true;
    public DateTimeOffset? ExpiresAt { get; init; }
    public bool FirstTimeOrder { get; init; }
    public Money? Minimum { get; init; }
    public int? MaxRedemptions { get; init; }
    public long? OnlyCustomerId { get; init; }
    public JsonObject? Details { get; init; }
}

/// <summary>Null members stay; details are merged by name.</summary>
/// <param name="Binds">Whether <paramref name="ReferrerId"/> says whose the coupon is from now on.</param>
public sealed record DiscountCodeChange(bool Binds = false, long? ReferrerId = null, bool? Active = null, JsonObject? Details = null);

/// <summary>One use of a coupon that counted.</summary>
/// <param name="OrderId">The merchant's id of the order; null: told without one.</param>
public sealed record CouponRedemption(DateTimeOffset RedeemedAt, string? OrderId);

internal static class CouponStates
{
    public static string Text(this CouponState state) => state switch
    {
        CouponState.Active => "active",
        CouponState.Paused => "paused",
        CouponState.Retired => "retired",
    };

    public static CouponState Parse(string text) => Enum.GetValues<CouponState>().Single(state => state.Text() == text);

    public static CouponState Of(bool active) => active ? CouponState.Active : CouponState.Paused;
}

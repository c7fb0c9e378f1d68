using System.Text.Json.Nodes;
using Tributary.Primitives;

namespace Tributary.Referrers.Discounts;

/// <summary>A row of <c>discounts</c> as Dapper reads it.</summary>
internal sealed record DiscountRow
{
    public const string SelectSql = """
        select discount_id, key, name, kind, value, state, expires_at, max_redemptions, times_redeemed, details::text as details, created_at, updated_at
        from discounts
        """;

    public long DiscountId { get; init; }
    public required string Key { get; init; }
    public string? Name { get; init; }
    public required string Kind { get; init; }
    public required string Value { get; init; }
    public required string State { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public int? MaxRedemptions { get; init; }
    public int TimesRedeemed { get; init; }
    public required string Details { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    public Discount ToDiscount() => new(
        DiscountId, Key, Name, ReferrerCoupons.KindOf(Kind), Value, CouponStates.Parse(State), ExpiresAt, MaxRedemptions, TimesRedeemed,
        JsonNode.Parse(Details)!.AsObject(), CreatedAt, UpdatedAt);
}

/// <summary>A row of <c>coupons</c> as Dapper reads it.</summary>
internal sealed record DiscountCodeRow
{
    public const string SelectSql = """
        select coupon_id, discount_id, code, referrer_id, state, expires_at, first_time_order, minimum_amount, minimum_currency,
               max_redemptions, times_redeemed, only_customer_id, details::text as details, created_at, coalesce(updated_at, created_at) as updated_at
        from coupons
        """;

    public long CouponId { get; init; }
    public long? DiscountId { get; init; }
    public required string Code { get; init; }
    public long? ReferrerId { get; init; }
    public required string State { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public bool FirstTimeOrder { get; init; }
    public long? MinimumAmount { get; init; }
    public string? MinimumCurrency { get; init; }
    public int? MaxRedemptions { get; init; }
    public int TimesRedeemed { get; init; }
    public long? OnlyCustomerId { get; init; }
    public required string Details { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    public DiscountCode ToCode() => new(
        CouponId, DiscountId, Code, ReferrerId, CouponStates.Parse(State), ExpiresAt, FirstTimeOrder,
        MinimumAmount is { } amount ? new Money(amount, Currency.Of(MinimumCurrency!)) : null,
        MaxRedemptions, TimesRedeemed, OnlyCustomerId, JsonNode.Parse(Details)!.AsObject(), CreatedAt, UpdatedAt);
}

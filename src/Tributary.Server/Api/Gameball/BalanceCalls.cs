using System.Numerics;
using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>What a customer has: points and coupons, gameball.md 3.10.</summary>
internal sealed class BalanceCalls(
    CustomerQueries customers, LedgerQueries ledger, RewardCouponQueries coupons, TimeProvider clock)
{
    /// <summary>The unit that this dialect calls points.</summary>
    public static readonly Unit PointsUnit = Unit.Points("points");

    public IReadOnlyList<GameballRoute> Routes =>
    [
        new("GET", "customers/{customerId}/balance", KeyDemand.Secret, GetBalanceAsync)
        {
            Summary = "A customer's points",
            Rate = RateGroup.CustomersAndEvents,
            Answer = GameballJson.Answers.BalanceView,
        },
        new("GET", "customers/{customerId}/coupons", KeyDemand.Secret, GetCouponsAsync)
        {
            Summary = "A customer's reward coupons",
            Rate = RateGroup.CustomersAndEvents,
            Answer = GameballJson.Answers.CouponsAnswer,
        },
    ];

    private async Task<GameballAnswer> GetBalanceAsync(GameballCall call, CancellationToken ct)
    {
        if (await customers.FindNumberAsync(call.Program.Id, call.Id, ct) is not { } number)
            return GameballErrors.CustomerUnknown;
        var balances = await ledger.BalancesAsync(call.Program.Id, number, ct);
        var points = balances.FirstOrDefault(balance => balance.Unit == PointsUnit)
            ?? new Balance(number, PointsUnit, 0, 0, 0, 0, 0, 0, 0, 0);
        return GameballAnswer.Of(BalanceView.Of(call.Program, points), GameballJson.Answers.BalanceView);
    }

    private async Task<GameballAnswer> GetCouponsAsync(GameballCall call, CancellationToken ct)
    {
        if (await customers.FindNumberAsync(call.Program.Id, call.Id, ct) is not { } number)
            return GameballErrors.CustomerUnknown;
        var now = clock.GetUtcNow();
        var granted = await coupons.OfCustomerAsync(call.Program.Id, number, ct);
        return GameballAnswer.Of(
            new CouponsAnswer([.. granted.Select(coupon => CouponView.Of(coupon, now))]), GameballJson.Answers.CouponsAnswer);
    }
}

/// <summary>Points of a customer; the members spelled <c>avaliable…</c> are so in the live service, and clients read either.</summary>
internal sealed record BalanceView(
    WireAmount AvailablePointsBalance,
    WireAmount AvaliablePointsBalance,
    WireAmount PendingPoints,
    WireAmount TotalPointsBalance,
    WireAmount AvailablePointsValue,
    WireAmount AvaliablePointsValue,
    WireAmount PendingPointsValue,
    WireAmount TotalPointsValue,
    WireAmount TotalEarnedPoints,
    WireAmount TotalEarnedPendingPoints,
    string Currency,
    string PointsName,
    WireAmount NextExpiringPointsAmount,
    WireAmount NextExpiringPointsValue,
    WireInstant? NextExpiringPointsDate)
{
    public static BalanceView Of(ReferralProgram program, Balance balance)
    {
        var available = balance.Usable;
        var pending = balance.Pending + balance.Held;
        WireAmount Value(BigInteger points) => ValueOf(points, program);
        return new BalanceView(
            WireAmount.Points(available),
            WireAmount.Points(available),
            WireAmount.Points(pending),
            WireAmount.Points(available + pending),
            Value(available),
            Value(available),
            Value(pending),
            Value(available + pending),
            WireAmount.Points(balance.Earned - balance.Reversed),
            WireAmount.Points(pending),
            program.Currency.Code,
            program.Settings.Points.Name,
            WireAmount.Zero,
            WireAmount.Zero,
            null);
    }

    private static WireAmount ValueOf(BigInteger points, ReferralProgram program)
    {
        var minor = Rounding.HalfAwayFromZero(
            points * program.Settings.Points.ValuePpm * program.Currency.MinorPerMajor, Rate.MostPpm);
        return new WireAmount(MajorUnits.Shortest(minor, program.Currency.Exponent));
    }
}

internal sealed record CouponsAnswer(IReadOnlyList<CouponView> Coupons);

internal sealed record CouponView(
    string? Name,
    string Code,
    WireAmount? Value,
    string Type,
    string Target,
    string? Currency,
    WireInstant StartDate,
    WireInstant? ExpiryDate,
    bool IsExpired,
    bool IsActive,
    int UsageLimit,
    int LimitPerCustomer,
    int UsedCount,
    int CustomerUsedCount,
    bool IsAvailableToUse,
    string? IconPath)
{
    public static CouponView Of(RewardCoupon coupon, DateTimeOffset now)
    {
        var expired = coupon.ExpiresAt <= now;
        return new CouponView(
            coupon.Terms.Name,
            coupon.Code,
            CouponWords.ValueOf(coupon.Terms),
            CouponWords.TypeOf(coupon.Terms.Kind),
            "Reward",
            coupon.Terms.Amount is null ? null : coupon.Terms.Currency?.Code,
            new WireInstant(coupon.StartsAt),
            WireInstant.Of(coupon.ExpiresAt),
            expired,
            coupon.IsActive,
            coupon.UsageLimit,
            coupon.UsageLimit,
            coupon.UsedCount,
            coupon.UsedCount,
            coupon.IsActive && !expired && coupon.UsedCount < coupon.UsageLimit,
            null);
    }
}

/// <summary>Kinds and values of coupons in Gameball's words.</summary>
internal static class CouponWords
{
    /// <summary>As a list of granted coupons names a kind.</summary>
    public static string TypeOf(CouponKind kind) => kind switch
    {
        CouponKind.FreeShipping => "Free Shipping",
        CouponKind.PercentageDiscount => "Percentage",
        CouponKind.FixedDiscount => "Fixed Rate Discount",
        CouponKind.FixedRateDiscount => "Fixed Rate Discount",
        CouponKind.FreeProduct => "Free Product",
        CouponKind.Custom => "Custom",
    };

    /// <summary>As the configuration of a campaign names it.</summary>
    public static string KeyOf(CouponKind kind) => kind switch
    {
        CouponKind.FreeShipping => "free_shipping",
        CouponKind.PercentageDiscount => "percentage_discount",
        CouponKind.FixedDiscount => "fixed_discount",
        CouponKind.FixedRateDiscount => "fixed_rate_discount",
        CouponKind.FreeProduct => "free_product",
        CouponKind.Custom => "custom",
    };

    /// <summary>Percent, or a sum in major units; null where a coupon has neither.</summary>
    public static WireAmount? ValueOf(CouponTerms terms)
    {
        if (terms.Percent is { } percent)
            return new WireAmount(percent.ToPercentText());
        return terms is { Amount: { } minor, Currency: { } currency } ? WireAmount.Money(minor, currency) : null;
    }
}

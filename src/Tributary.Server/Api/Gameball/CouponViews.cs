using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>A coupon that a campaign promises. What the merchant carries out by himself is shown as one of kind <c>custom</c>.</summary>
internal sealed record CouponConfigurationView(
    string CouponType,
    WireAmount? DiscountValue,
    CouponProductView? Product,
    IReadOnlyList<CouponCollectionView> Collections,
    string? Group,
    CouponOptionsView Options)
{
    /// <summary>Null for points and scores.</summary>
    public static CouponConfigurationView? Of(RewardAmount amount, ReferralProgram program) => amount switch
    {
        CouponAmount coupon => Of(coupon.Terms, program),
        CustomAmount custom => Custom(custom.Name, null),
        FixedAmount money => Custom(money.Money.Currency.Code, WireAmount.Money(money.Money.Minor, money.Money.Currency)),
        PercentAmount percent => Custom("percent", new WireAmount(percent.Rate.ToPercentText())),
        _ => null,
    };

    private static CouponConfigurationView Of(CouponTerms terms, ReferralProgram program) => new(
        CouponWords.KeyOf(terms.Kind),
        CouponWords.ValueOf(terms),
        terms.Product is { } product
            ? new CouponProductView(product.ProductId, product.ProductName, product.VariantId, product.VariantName, product.DisplayName)
            : null,
        [.. terms.Collections.Select(collection => new CouponCollectionView(collection.CollectionId, collection.CollectionName))],
        null,
        CouponOptionsView.Of(terms, program.Currency));

    private static CouponConfigurationView Custom(string name, WireAmount? value) =>
        new(CouponWords.KeyOf(CouponKind.Custom), value, null, [], null, new CouponOptionsView(name, null, null, null, null, null, null));
}

internal sealed record CouponProductView(
    string? ProductId, string? ProductName, string? VariantId, string? VariantName, string? ProductDisplayName);

internal sealed record CouponCollectionView(string? CollectionId, string? CollectionName);

internal sealed record CouponOptionsView(
    string? Name,
    int? ExpiryAfter,
    int? UsageLimit,
    WireAmount? Capping,
    WireAmount? MinOrderValue,
    string? CodePrefix,
    string? RedeemInstructions)
{
    /// <summary>One major unit, where a coupon names no least order.</summary>
    private static readonly WireAmount UsualMinimum = new("1");

    public static CouponOptionsView Of(CouponTerms terms, Currency programCurrency)
    {
        var currency = terms.Currency ?? programCurrency;
        return new CouponOptionsView(
            terms.Name,
            terms.ExpiresAfterDays,
            terms.UsageLimit,
            terms.Cap is { } cap ? WireAmount.Money(cap, currency) : null,
            terms.MinimumOrder is { } least ? WireAmount.Money(least, currency) : UsualMinimum,
            terms.CodePrefix.Length == 0 ? null : terms.CodePrefix,
            terms.RedeemInstructions);
    }
}

/// <summary>The same coupon inside a list of steps, where its worth is named twice.</summary>
internal sealed record StepCouponView(
    string CouponType,
    WireAmount? DiscountValue,
    CouponProductView? Product,
    IReadOnlyList<CouponCollectionView> Collections,
    string? Group,
    CouponOptionsView Options,
    string Type,
    WireAmount? Value,
    int? ExpiryDate)
{
    public StepCouponView(CouponConfigurationView coupon)
        : this(
            coupon.CouponType,
            coupon.DiscountValue,
            coupon.Product,
            coupon.Collections,
            coupon.Group,
            coupon.Options,
            coupon.CouponType,
            coupon.DiscountValue,
            coupon.Options.ExpiryAfter)
    {
    }
}

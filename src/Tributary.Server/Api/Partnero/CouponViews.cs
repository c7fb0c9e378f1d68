using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Referrers.Discounts;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>A discount rule, which Partnero calls a coupon.</summary>
/// <param name="Metadata"><c>[]</c> when empty, as published.</param>
internal sealed record CouponView(
    long Id,
    string? Name,
    string UuidCode,
    string CouponDiscountType,
    WireAmount CouponDiscountAmount,
    string CouponDurationType,
    long? CouponDurationValue,
    bool RedemptionSpecificDateStatus,
    PartneroTime? RedemptionSpecificDateValue,
    bool RedemptionTimesStatus,
    int? RedemptionTimesValue,
    bool Active,
    JsonObject AdditionalInfo,
    int TimesRedeemed,
    PartneroTime CreatedAt,
    PartneroTime UpdatedAt,
    PartneroTime? DeletedAt,
    CouponCodes? PromotionCodes,
    JsonNode Metadata)
{
    /// <summary>The guides' members, where they were sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PartnerKey { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CouponCode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DiscountType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WireAmount? DiscountValue { get; init; }
}

internal sealed record CouponCodes(IReadOnlyList<PromotionCodeView> Data);

/// <summary>A code of a discount rule.</summary>
internal sealed record PromotionCodeView(
    long Id,
    string Code,
    string? CouponUuid,
    bool Active,
    bool LimitToSpecificPartner,
    SpecificParty? CouponSpecificPartners,
    bool LimitToSpecificCustomer,
    SpecificParty? CouponSpecificCustomers,
    bool LimitToSpecificSubscriber,
    JsonObject? CouponSpecificSubscribers,
    bool FirstTimeOrder,
    bool MinimumOrderStatus,
    WireAmount? MinimumOrderValue,
    bool ExpirationDateStatus,
    PartneroTime? ExpirationDateValue,
    bool RedemptionTimesStatus,
    int? RedemptionTimesValue,
    JsonNode Metadata,
    int TimesRedeemed,
    CodeInfo AdditionalInfo,
    PartneroTime CreatedAt,
    PartneroTime UpdatedAt)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CouponView? Coupon { get; init; }
}

internal sealed record CodeInfo(IReadOnlyList<RedemptionView> Redemptions);

internal sealed record RedemptionView(PartneroTime RedeemedAt, string? TransactionKey);

/// <summary>Shows coupons and promotion codes.</summary>
internal sealed class CouponViews(DiscountRegister discounts, DiscountCodes codes, CouponParties parties)
{
    private const int MostCodesShown = 1_000;

    public async Task<IReadOnlyList<CouponView>> AllAsync(PartneroCall call, IReadOnlyList<Discount> shown, CancellationToken ct)
    {
        var ofDiscounts = await codes.OfDiscountsAsync(call.Program.Id, shown.Select(discount => discount.Id), MostCodesShown, ct);
        var known = await parties.OfAsync(call, ofDiscounts.SelectMany(each => each), ct);
        return
        [
            .. shown.Select(discount => Of(
                discount, call.Program.Currency,
                new CouponCodes([.. ofDiscounts[discount.Id].Select(code => Of(code, discount.Key, known, []))]))),
        ];
    }

    public async Task<IReadOnlyList<PromotionCodeView>> AllAsync(PartneroCall call, IReadOnlyList<DiscountCode> shown, CancellationToken ct)
    {
        var known = await parties.OfAsync(call, shown, ct);
        var of = await discounts.FindAsync(call.Program.Id, shown.Select(code => code.DiscountId).OfType<long>(), ct);
        var views = new List<PromotionCodeView>();
        foreach (var code in shown)
        {
            var discount = code.DiscountId is { } id ? of.GetValueOrDefault(id) : null;
            var redemptions = shown.Count == 1 ? await codes.RedemptionsAsync(call.Program.Id, code.Id, ct) : [];
            views.Add(Of(code, discount?.Key, known, redemptions) with
            {
                Coupon = discount is null ? null : Of(discount, call.Program.Currency, null),
            });
        }
        return views;
    }

    private static CouponView Of(Discount discount, Currency currency, CouponCodes? promotionCodes)
    {
        var isPercent = discount.Kind == DiscountKind.Percentage;
        return new CouponView(
            discount.Id, discount.Name, discount.Key, isPercent ? "percent" : "static",
            isPercent ? new WireAmount(discount.Value) : new WireAmount(MajorUnits.Shortest(System.Numerics.BigInteger.Parse(discount.Value, System.Globalization.CultureInfo.InvariantCulture), currency.Exponent)),
            (string?)discount.Details[CouponMembers.DurationType] ?? "once", (long?)discount.Details[CouponMembers.DurationValue],
            discount.ExpiresAt is not null, PartneroTime.Of(discount.ExpiresAt), discount.MaxRedemptions is not null, discount.MaxRedemptions,
            discount.State == CouponState.Active, [], discount.TimesRedeemed, PartneroTime.Of(discount.CreatedAt), PartneroTime.Of(discount.UpdatedAt),
            discount.State == CouponState.Retired ? PartneroTime.Of(discount.UpdatedAt) : null, promotionCodes, MetadataOf(discount.Details));
    }

    private static PromotionCodeView Of(
        DiscountCode code, string? discountKey, IReadOnlyDictionary<long, SpecificParty> known, IReadOnlyList<CouponRedemption> redemptions) => new(
        code.Id, code.Code, discountKey, code.State == CouponState.Active,
        code.ReferrerId is not null, code.ReferrerId is { } partner ? known.GetValueOrDefault(partner) : null,
        code.OnlyCustomerId is not null, code.OnlyCustomerId is { } customer ? known.GetValueOrDefault(customer) : null,
        (bool?)code.Details[CouponMembers.LimitToSubscriber] ?? false, code.Details[CouponMembers.Subscribers]?.DeepClone() as JsonObject,
        code.FirstTimeOrder, code.Minimum is not null, code.Minimum is { } minimum ? WireAmount.Money(minimum.Minor, minimum.Currency) : null,
        code.ExpiresAt is not null, PartneroTime.Of(code.ExpiresAt), code.MaxRedemptions is not null, code.MaxRedemptions,
        MetadataOf(code.Details), code.TimesRedeemed,
        new CodeInfo([.. redemptions.Select(use => new RedemptionView(PartneroTime.Of(use.RedeemedAt), use.OrderId))]),
        PartneroTime.Of(code.CreatedAt), PartneroTime.Of(code.UpdatedAt));

    private static JsonNode MetadataOf(JsonObject details) =>
        details[CouponMembers.Metadata] is JsonObject { Count: > 0 } metadata ? metadata.DeepClone() : new JsonArray();
}

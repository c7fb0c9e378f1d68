using System.Text.Json.Nodes;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>What calls about coupons and promotion codes read, for the description, and what stands beside a written one.</summary>
internal static class CouponFields
{
    public static readonly IReadOnlyList<WireMember> NewCode =
    [
        WireMember.Required("coupon_uuid", WireType.Text, "uuid_code of the coupon; also coupon_id"),
        .. Code,
    ];

    public static readonly IReadOnlyList<WireMember> New =
    [
        new("name", WireType.Text, "shown to people"),
        new("uuid_code", WireType.Text, "unique; generated if absent"),
        new("coupon_discount_type", WireType.Text, "percent or static"),
        new("coupon_discount_amount", WireType.Number, "percent, or money of the programme's currency"),
        new("coupon_duration_type", WireType.Text, "once, hours, days, months, years or lifetime"),
        new("coupon_duration_value", WireType.Integer, "how many of them"),
        new("redemption_specific_date_status", WireType.Flag, "whether it ends"),
        new("redemption_specific_date_value", WireType.Time, "when"),
        new("redemption_times_status", WireType.Flag, "whether it may be used so often only"),
        new("redemption_times_value", WireType.Integer, "how often, by all codes together"),
        new("promotion_codes", WireType.Objects, "codes, or texts") { Members = Code },
        new("metadata", WireType.Object, "texts by name"),
        new("active", WireType.Flag, "true if absent"),
        new("coupon_code", WireType.Text, "with partner_key, discount_type and discount_value in place of all the others: one partner's code"),
    ];

    public static readonly IReadOnlyList<WireMember> Changed =
    [
        new("name", WireType.Text, "shown to people"),
        new("active", WireType.Flag, "false stops it, true lets it go on"),
        new("metadata", WireType.Object, "texts by name"),
    ];

    public static readonly IReadOnlyList<WireMember> ChangedCode =
    [
        new("code", WireType.Text, "which code, where the path does not say"),
        new("limit_to_specific_partner", WireType.Flag, "false: nobody's"),
        new("coupon_specific_partners", WireType.Object, "the partner whose the orders are"),
        new("metadata", WireType.Object, "texts by name"),
        new("active", WireType.Flag, "false stops it, true lets it go on"),
        new("redeem", WireType.Flag, "true: it was used"),
        new("transaction_key", WireType.Text, "by which order; it is decided anew"),
    ];

    /// <summary>Coupons are not copied to payment providers.</summary>
    public static BesideData[] Written =>
    [
        BesideData.Of("message", (JsonNode?)null!, PartneroJson.Default.JsonNode),
        BesideData.Of("synchronization_enabled", (JsonNode)false, PartneroJson.Default.JsonNode),
        BesideData.Of("synchronization_successful", (JsonNode)false, PartneroJson.Default.JsonNode),
        BesideData.Of("synchronization_message", (JsonNode?)null!, PartneroJson.Default.JsonNode),
    ];

    private static IReadOnlyList<WireMember> Code =>
    [
        new("code", WireType.Text, "unique in any letter case; generated if absent"),
        new("limit_to_specific_partner", WireType.Flag, "whether its uses are a partner's"),
        new("coupon_specific_partners", WireType.Object, "id of the partner; also partner or partner_key"),
        new("limit_to_specific_customer", WireType.Flag, "whether one customer alone may use it"),
        new("coupon_specific_customers", WireType.Object, "id of the customer"),
        new("first_time_order", WireType.Flag, "whether it is for a customer's first order"),
        new("minimum_order_status", WireType.Flag, "whether an order must come to something"),
        new("minimum_order_value", WireType.Number, "to what, in the programme's currency"),
        new("expiration_date_status", WireType.Flag, "whether it ends"),
        new("expiration_date_value", WireType.Time, "when"),
        new("redemption_times_status", WireType.Flag, "whether it may be used so often only"),
        new("redemption_times_value", WireType.Integer, "how often"),
        new("metadata", WireType.Object, "texts by name"),
        new("active", WireType.Flag, "true if absent"),
    ];
}

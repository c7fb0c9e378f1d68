using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>What calls about customers read, for the description.</summary>
internal static class CustomerFields
{
    public static readonly IReadOnlyList<WireMember> Claims =
    [
        new("partner", WireType.Object, "id, key or email of the partner; also flat as partner_key, or as text"),
        new("referring_customer", WireType.Object, "id, key or email of the customer who referred this one"),
        new("options", WireType.Object, "referral_url, click_id and visitor_id; they may also stand beside"),
        new("discount_code", WireType.Text, "a coupon; also coupon_code, coupon, promo_code, promotion_code"),
    ];

    public static readonly IReadOnlyList<WireMember> Described =
    [
        new("email", WireType.Text, "unique in refer-a-friend programmes"),
        new("name", WireType.Text, "first name, or the whole"),
        new("surname", WireType.Text, "last name"),
        new("tags", WireType.Texts, "at most 50"),
        new("custom_fields", WireType.Object, "texts by name, at most 50"),
        new("metadata", WireType.Object, "date_of_birth"),
    ];

    public static readonly IReadOnlyList<WireMember> Handle =
    [
        new("id", WireType.Text, "the merchant's id"),
        new("key", WireType.Text, "the merchant's id, or the code in refer-a-friend programmes"),
        new("email", WireType.Text, "the e-mail address; the earliest customer who has it"),
    ];

    public static readonly IReadOnlyList<WireMember> New =
    [
        new("key", WireType.Text, "the merchant's id, or the code in refer-a-friend programmes"),
        new("id", WireType.Text, "the merchant's id"),
        .. Described,
        .. Claims,
        new("created_at", WireType.Time, "when the customer signed up"),
    ];

    public static readonly IReadOnlyList<WireMember> Changed =
    [
        .. Handle,
        .. Described,
        new("update", WireType.Object, "the members to change; they may also stand beside") { Members = Described },
    ];

    public static readonly IReadOnlyList<WireMember> List =
    [
        .. PartneroFields.Paging,
        new("partner", WireType.Object, "id, key or email of the partner who referred them"),
        new("refer_status", WireType.Text, "referred or non_referred"),
        new("status", WireType.Text, "active, archived or deleted"),
    ];

    public static readonly IReadOnlyList<WireMember> Search =
    [
        .. PartneroFields.Paging,
        new("id", WireType.Text, "a part of the merchant's id"),
        new("key", WireType.Text, "a part of it, or of the code in refer-a-friend programmes"),
        new("email", WireType.Text, "the whole e-mail address"),
        new("status", WireType.Text, "active, archived or deleted"),
    ];
}

using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>What calls about partners read, for the description.</summary>
internal static class PartnerFields
{
    public static readonly WireMember ExpiresIn = new("expires_in", WireType.Integer, "seconds, 30 to 600; 120 if absent");

    public static readonly IReadOnlyList<WireMember> Handle =
    [
        new("id", WireType.Text, "the partner's id"),
        new("key", WireType.Text, "its code, or one of its links'"),
        new("email", WireType.Text, "its e-mail address"),
    ];

    public static readonly IReadOnlyList<WireMember> List =
    [
        .. PartneroFields.Paging,
        new("status", WireType.Text, "active, pending, archived, rejected or deleted"),
        new("tag", WireType.Text, "one of its tags"),
    ];

    public static readonly IReadOnlyList<WireMember> Search =
    [
        .. PartneroFields.Paging,
        new("id", WireType.Text, "a part of the id"),
        new("key", WireType.Text, "a part of a code"),
        new("email", WireType.Text, "the whole e-mail address"),
        new("name", WireType.Text, "a part of the name"),
    ];

    public static readonly IReadOnlyList<WireMember> New =
    [
        WireMember.Required("email", WireType.Text, "unique among the programme's partners"),
        new("id", WireType.Text, "unique for ever; generated if absent"),
        new("key", WireType.Text, "the code; the id where code is sent too"),
        new("code", WireType.Text, "the code; generated if absent"),
        new("password", WireType.Text, "at least 8 characters with lower case, upper case and a digit"),
        .. Described,
        new("referring_partner", WireType.Text, "id, code or e-mail of the partner who brought this one"),
    ];

    public static readonly IReadOnlyList<WireMember> Changed =
    [
        new("update", WireType.Object, "the members to change; they may also stand beside") { Members = [.. Described] },
        .. Handle,
        .. Described,
        new("code", WireType.Text, "a new code; the old one goes on answering"),
        new("password", WireType.Text, "as for a new partner"),
    ];

    public static readonly IReadOnlyList<WireMember> Reward =
    [
        WireMember.Required("amount", WireType.Number, "in the programme's currency, more than 0"),
        new("date", WireType.Time, "when it was earned"),
        new("note", WireType.Text, "kept with it"),
        new("key", WireType.Text, "the same again gives nothing more"),
    ];

    private static IReadOnlyList<WireMember> Described =>
    [
        new("name", WireType.Text, "first name, or the whole"),
        new("surname", WireType.Text, "last name"),
        new("tags", WireType.Texts, "at most 50"),
        new("custom_fields", WireType.Object, "texts by name, at most 50"),
    ];
}

/// <summary>What many calls read.</summary>
internal static class PartneroFields
{
    public static readonly IReadOnlyList<WireMember> Paging =
    [
        new("limit", WireType.Integer, "rows of a page, 1 to 250"),
        new("page", WireType.Integer, "counted from 1"),
        new("sort", WireType.Text, "asc or desc by creation"),
    ];
}

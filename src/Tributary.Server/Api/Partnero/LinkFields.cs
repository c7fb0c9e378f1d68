using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>What calls about links read, for the description.</summary>
internal static class LinkFields
{
    public static readonly IReadOnlyList<WireMember> Range =
    [
        new("stats_from", WireType.Time, "the first day of the numbers"),
        new("stats_to", WireType.Time, "the day after the last one"),
    ];

    public static readonly IReadOnlyList<WireMember> Qr =
    [
        new("format", WireType.Text, "svg or png"),
        new("size", WireType.Integer, "pixels of each side, 128 to 2048"),
        new("margin", WireType.Integer, "white modules around, 0 to 8"),
        new("form", WireType.Text, "short or query: which address it says"),
    ];

    public static readonly IReadOnlyList<WireMember> List =
    [
        .. PartneroFields.Paging,
        .. Range,
        new("status", WireType.Text, "active, paused, expired, deleted or blocked; all but deleted ones if absent"),
    ];

    public static IReadOnlyList<WireMember> Search(string owner) =>
    [
        .. List,
        new("id", WireType.Text, "the whole id"),
        new("key", WireType.Text, "a part of the key"),
        new("label", WireType.Text, "a part of the label"),
        new("destination_url", WireType.Text, "the whole destination"),
        new(owner + "_key", WireType.Text, $"id, code or e-mail of the {owner}"),
    ];

    public static IReadOnlyList<WireMember> New(string owner) =>
    [
        WireMember.Required(owner + "_key", WireType.Text, $"id, code or e-mail of the {owner}; also as {owner}"),
        new("id", WireType.Text, "of a link brought from elsewhere; its key if absent"),
        .. Content,
    ];

    public static readonly IReadOnlyList<WireMember> Changed =
    [
        .. Content,
        new("status", WireType.Text, "active or paused"),
    ];

    private static IReadOnlyList<WireMember> Content =>
    [
        new("key", WireType.Text, "the code in the link; generated if absent"),
        new("destination_url", WireType.Text, "on one of the programme's domains; the domain itself if absent"),
        new("label", WireType.Text, "at most 255 characters"),
        new("domain_id", WireType.Integer, "of :domains; null is the primary one"),
        new("is_additional", WireType.Flag, "must not contradict domain_id"),
        new("parameters", WireType.Object, "texts by name, at most 20; utm_source and the like also beside"),
        new("default", WireType.Flag, "whether it becomes the default link"),
        new("format", WireType.Text, "query, path, subdomain or short: what url shows"),
        new("expires_at", WireType.Time, "when it stops"),
        new("direct_tracking", WireType.Flag, "whether the page url stands for the link"),
        new("url", WireType.Text, "of a direct link: the page"),
        new("direct_tracking_redirect", WireType.Flag, "whether visitors of the page are led on"),
        new("direct_tracking_redirect_url", WireType.Text, "where to"),
    ];
}

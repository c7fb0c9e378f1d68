using System.Buffers;
using Tributary.Links;

namespace Tributary.Clicks;

/// <summary>
/// Parameters that advertising networks append to a paid click (fraud.md F14). <c>fbclid</c> is none: unpaid posts carry it too.
/// </summary>
public static class AdClicks
{
    private static readonly SearchValues<string> Some = SearchValues.Create(
        ["clid=", "clkid=", "gad_", "braid=", "fb_action_ids=", "li_fat_id="], StringComparison.OrdinalIgnoreCase);

    private static readonly string[] CampaignNames = ["gad_campaignid", "utm_id"];

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "gclid", "gad_source", "gad_campaignid", "gbraid", "wbraid", "fb_action_ids", "msclkid", "twclid", "li_fat_id", "rdclid", "ttclid",
    };

    /// <summary>Which campaigns the address of a visit names.</summary>
    public static IEnumerable<string> CampaignsIn(string? query) =>
        from item in QueryItems.Of(query ?? "")
        where CampaignNames.Contains(QueryItems.NameOf(item), StringComparer.OrdinalIgnoreCase)
        select QueryItems.ValueOf(item);

    /// <param name="query">As it came, with or without its question mark.</param>
    public static bool IsNamedIn(ReadOnlySpan<char> query)
    {
        if (!query.ContainsAny(Some))
            return false;
        var names = Names.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var range in query.TrimStart('?').Split('&'))
        {
            var pair = query.TrimStart('?')[range];
            var end = pair.IndexOf('=');
            if (end > 0 && names.Contains(pair[..end]))
                return true;
        }
        return false;
    }
}

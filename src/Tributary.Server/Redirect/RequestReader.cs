using Tributary.Clicks;
using Tributary.Primitives;

namespace Tributary.Server.Redirect;

/// <summary>What a request says of its way here.</summary>
internal static class RequestReader
{
    private const string ChannelParameter = "s";
    private const string PrintedChannel = "qr";
    private const int LongestHost = 253;

    /// <summary>Host of the page with the link, in lower case; null: none, or nothing that is a host.</summary>
    public static string? ReferringHost(string? referer)
    {
        if (referer is null)
            return null;
        var start = referer.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return null;
        var rest = referer.AsSpan(start + 3);
        var end = rest.IndexOfAny("/?#");
        var authority = end < 0 ? rest : rest[..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        var port = authority.LastIndexOf(':');
        var host = port < 0 || authority.EndsWith("]") ? authority : authority[..port];
        return host.Length is > 0 and <= LongestHost && StorableText.IsStorable(host) ? host.ToString().ToLowerInvariant() : null;
    }

    /// <summary>UTM values and <c>sub1</c> … <c>sub5</c>, each cut; of a repeated name the first.</summary>
    public static CampaignParameters Parameters(IQueryCollection query, string text)
    {
        if (!text.Contains("utm_", StringComparison.OrdinalIgnoreCase) && !text.Contains("sub", StringComparison.OrdinalIgnoreCase))
            return CampaignParameters.None;
        var values = new string?[CampaignParameters.Names.Count];
        for (var at = 0; at < values.Length; at++)
            values[at] = Cut(query, CampaignParameters.Names[at], Limits.CampaignParameter);
        return Array.TrueForAll(values, value => value is null) ? CampaignParameters.None : new CampaignParameters { Values = values };
    }

    /// <summary>What led here where no link was clicked: <c>qr</c>, which our own codes carry.</summary>
    public static string? Channel(IQueryCollection query, string text) =>
        text.Contains(PrintedChannel, StringComparison.Ordinal) && query[ChannelParameter] == PrintedChannel ? PrintedChannel : null;

    private static string? Cut(IQueryCollection query, string name, int most)
    {
        if (!query.TryGetValue(name, out var given) || given.Count == 0 || string.IsNullOrEmpty(given[0]))
            return null;
        var value = given[0]!;
        if (value.Length > most)
            value = value[..(char.IsHighSurrogate(value[most - 1]) ? most - 1 : most)];
        return StorableText.IsStorable(value) ? value : null;
    }
}

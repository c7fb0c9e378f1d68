using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Links;

/// <summary>How a link carries its token (partnero.md § 4.1).</summary>
[JsonConverter(typeof(ExactWords<LinkForm>))]
public enum LinkForm
{
    /// <summary><c>https://yoursite.com/?ref=JOHN20</c></summary>
    [JsonStringEnumMemberName("query")] Query,

    /// <summary><c>https://yoursite.com/ref/JOHN20</c></summary>
    [JsonStringEnumMemberName("path")] Path,

    /// <summary><c>https://john20.yoursite.com</c></summary>
    [JsonStringEnumMemberName("subdomain")] SubDomain,

    /// <summary><c>https://go.yoursite.com/abc123</c></summary>
    [JsonStringEnumMemberName("short")] Short,

    /// <summary>A page of the merchant's that stands for the link without a token. Clicks have this form; links are not shown in it.</summary>
    [JsonStringEnumMemberName("direct")] Direct,
}

/// <summary>What became of a link, as its visitors meet it (partnero.md § 4.6).</summary>
[JsonConverter(typeof(ExactWords<LinkState>))]
public enum LinkState
{
    [JsonStringEnumMemberName("active")] Active,
    [JsonStringEnumMemberName("paused")] Paused,

    /// <summary>Never stored: its time has passed, its clicks are used up, or its code was retired.</summary>
    [JsonStringEnumMemberName("expired")] Expired,
    [JsonStringEnumMemberName("deleted")] Deleted,

    /// <summary>By the operator, for abuse.</summary>
    [JsonStringEnumMemberName("blocked")] Blocked,

    /// <summary>Never stored: the link is fine, its referrer is not active.</summary>
    [JsonStringEnumMemberName("referrer_inactive")] ReferrerInactive,
}

/// <summary>The words of forms and states, in the database and on the wire.</summary>
public static class LinkWords
{
    public static string Text(this LinkForm form) => form switch
    {
        LinkForm.Query => "query",
        LinkForm.Path => "path",
        LinkForm.SubDomain => "subdomain",
        LinkForm.Short => "short",
        LinkForm.Direct => "direct",
    };

    public static string Text(this LinkState state) => state switch
    {
        LinkState.Active => "active",
        LinkState.Paused => "paused",
        LinkState.Expired => "expired",
        LinkState.Deleted => "deleted",
        LinkState.Blocked => "blocked",
        LinkState.ReferrerInactive => "referrer_inactive",
    };

    public static bool TryParse(string? text, out LinkForm form)
    {
        foreach (var each in Enum.GetValues<LinkForm>())
        {
            form = each;
            if (each.Text() == text)
                return true;
        }
        form = default;
        return false;
    }

    public static bool TryParse(string? text, out LinkState state)
    {
        foreach (var each in Enum.GetValues<LinkState>())
        {
            state = each;
            if (each.Text() == text)
                return true;
        }
        state = default;
        return false;
    }

    internal static LinkForm FormOf(string text) =>
        TryParse(text, out LinkForm form) ? form : throw new FormatException("Not a form of a link.");

    internal static LinkState StateOf(string text) =>
        TryParse(text, out LinkState state) ? state : throw new FormatException("Not a state of a link.");
}

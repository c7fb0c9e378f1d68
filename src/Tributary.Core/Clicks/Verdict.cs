using System.Collections.Frozen;

namespace Tributary.Clicks;

/// <summary>What became of a request on a link (clicks.md § 2): valid, or the first rule that refused to count it.</summary>
public enum Verdict
{
    Valid,
    Head,
    Preview,
    Bot,
    NotNavigation,
    Blocked,
    LinkDeleted,
    LinkPaused,
    LinkExpired,
    ReferrerInactive,
    Automation,
    Scanner,
    PaidAds,
    SourceBlocked,
    Self,
    Datacenter,
    Flood,
    Duplicate,
    Velocity,
}

/// <summary>The words for verdicts: in the rows, as columns of the counters, in reports.</summary>
public static class VerdictWords
{
    /// <summary>Column of a counter table, by the verdict's number; the first is <c>valid</c>.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "valid", "head", "preview", "bot", "not_navigation", "blocked", "link_deleted", "link_paused", "link_expired",
        "referrer_inactive", "automation", "scanner", "paid_ads", "source_blocked", "self", "datacenter", "flood",
        "duplicate", "velocity",
    ];

    private static readonly FrozenDictionary<string, Verdict> Verdicts =
        Enum.GetValues<Verdict>().ToFrozenDictionary(verdict => All[(int)verdict], StringComparer.Ordinal);

    public static string Of(Verdict verdict) => All[(int)verdict];

    public static bool TryRead(string word, out Verdict verdict) => Verdicts.TryGetValue(word, out verdict);
}

namespace Tributary.Clicks;

/// <summary>
/// The rules from request to verdict (clicks.md § 2); the first that fits wins. Duplicates are judged in the batch that writes the
/// click, velocity minutes later. Pure: everything that must be looked up is in the request.
/// </summary>
public static class VerdictRules
{
    private const string PreviewPurpose = "preview";

    public static Verdict Judge(in ClickRequest request, ClickRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return request switch
        {
            { IsHead: true } => Verdict.Head,
            _ when IsPreview(request) => Verdict.Preview,
            { WebDriver: true } or { Agent.IsRobot: true } => Verdict.Bot,
            _ when IsNoNavigation(request) => Verdict.NotNavigation,
            { Refusal: { } refusal } => refusal,
            { HasAcceptLanguage: false } => Verdict.Automation,
            _ when rules.IsScanner(request.ReferringHost) => Verdict.Scanner,
            { FromAdvertisement: true } when rules.IgnoresAdvertisements => Verdict.PaidAds,
            _ when rules.IsBlockedSource(request) => Verdict.SourceBlocked,
            { IsReferrersOwn: true } => Verdict.Self,
            _ when rules.IsDatacenter(request.Address) => Verdict.Datacenter,
            { IsFlood: true } => Verdict.Flood,
            _ => Verdict.Valid,
        };
    }

    /// <summary>What else is to be known of a request that was judged: of a robot's, what it would be but for its agent.</summary>
    public static ClickFlags FlagsOf(Verdict verdict, in ClickRequest request, ClickRules rules) => verdict == Verdict.Bot
        ? ButForAgent.Of(Judge(request with { Agent = request.Agent with { IsRobot = false } }, rules))
        : ClickFlags.None;

    /// <summary>A browser loads ahead and will ask again when the person clicks, so it is refused (CL-11).</summary>
    public static bool IsSpeculative(in ClickRequest request) =>
        SaysSpeculative(request.SecPurpose) || SaysSpeculative(request.Purpose) || SaysSpeculative(request.XMoz);

    private static bool IsPreview(in ClickRequest request) =>
        IsSpeculative(request) || string.Equals(request.XPurpose, PreviewPurpose, StringComparison.OrdinalIgnoreCase);

    private static bool SaysSpeculative(string? purpose) =>
        purpose is not null
        && (purpose.Contains("prefetch", StringComparison.OrdinalIgnoreCase) || purpose.Contains("prerender", StringComparison.OrdinalIgnoreCase));

    /// <summary>Absent Fetch Metadata says nothing (CL-12).</summary>
    private static bool IsNoNavigation(in ClickRequest request) =>
        request is { Framed: true } or { FetchDest: not (null or "document") } or { FetchMode: not (null or "navigate") };
}

using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>The two services of the foreign product, which answer errors in shapes of their own. Both may have one base address here.</summary>
internal enum DeBridgeService
{
    /// <summary>Below <c>/v1.0</c>: quotes, transactions, states.</summary>
    Orders,

    /// <summary>Below <c>/api</c>: tracking and statistics.</summary>
    Tracking,
}

/// <summary>A request's target below this dialect, taken from the request line as it came; see <see cref="RawPath"/>.</summary>
/// <param name="Slug">The programme's public id where the path begins with <c>/p/…</c>.</param>
/// <param name="Segments">Below the service's root, percent-decoded, empty ones left out; null where one is no text.</param>
internal sealed record DeBridgePath(DeBridgeService Service, string? Slug, IReadOnlyList<string>? Segments)
{
    public const string OrderRoot = "/v1.0/";
    public const string TrackingRoot = "/api/";

    private const string Misspelt = "Satistics";

    /// <summary>What stands after <c>/api</c> in this dialect; other names there are other faces'.</summary>
    private static readonly HashSet<string> TrackingParts = new(StringComparer.OrdinalIgnoreCase)
    {
        "Orders", "Transaction", "SameChainSwap", "ReferralProgram", "Users", Misspelt, "Statistics", "OrderEvents", "TokenMetadata", "AnnouncementBanner",
    };

    /// <summary>Null where the target belongs to another face.</summary>
    public static DeBridgePath? Parse(string rawTarget)
    {
        var segments = RawPath.SegmentsOf(rawTarget);
        if (segments is [var mark, var slug, .. var rest] && Is(mark, "p") && RawPath.Decode([slug]) is [var decoded])
            return Parse(rest, decoded);
        return Parse(segments, slug: null);
    }

    private static DeBridgePath? Parse(string[] segments, string? slug)
    {
        if (segments is [var version, .. var below] && Is(version, "v1.0"))
            return new DeBridgePath(DeBridgeService.Orders, slug, RawPath.Decode(below));
        if (segments is [var api, var part, ..] && Is(api, "api") && TrackingParts.Contains(part))
            return new DeBridgePath(DeBridgeService.Tracking, slug, AsSpelt(RawPath.Decode(segments[1..])));
        return null;
    }

    /// <summary>The foreign product has lost a letter; both spellings are one path.</summary>
    private static string[]? AsSpelt(string[]? segments) =>
        segments is [var part, .. var rest] && Is(part, "Statistics") ? [Misspelt, .. rest] : segments;

    private static bool Is(string segment, string literal) => segment.Equals(literal, StringComparison.OrdinalIgnoreCase);
}

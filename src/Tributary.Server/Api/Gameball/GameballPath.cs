using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>
/// A request's target below this dialect, taken from the request line as it came; see <see cref="RawPath"/>.
/// </summary>
/// <param name="Version">40 or 41.</param>
/// <param name="Segments">Percent-decoded, empty ones left out; null where one is no text.</param>
internal sealed record GameballPath(int Version, IReadOnlyList<string>? Segments)
{
    /// <summary>Null where the target belongs to another face.</summary>
    public static GameballPath? Parse(string rawTarget)
    {
        var segments = RawPath.SegmentsOf(rawTarget);
        if (segments.Length < 2 || !Is(segments[0], "api") || VersionOf(segments[1]) is not { } version)
            return null;
        return segments.Length < 3 || !Is(segments[2], "integrations")
            ? new GameballPath(version, null)
            : new GameballPath(version, RawPath.Decode(segments[3..]));
    }

    private static int? VersionOf(string segment) => segment.ToUpperInvariant() switch
    {
        "V4" or "V4.0" => 40,
        "V4.1" => 41,
        _ => null,
    };

    private static bool Is(string segment, string literal) => segment.Equals(literal, StringComparison.OrdinalIgnoreCase);
}

using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>A request's target below this dialect, taken from the request line as it came; see <see cref="RawPath"/>.</summary>
/// <param name="Prefix"><c>/v1</c> or <c>/partnero/v1</c>: absolute addresses in the answer begin with the same.</param>
/// <param name="Segments">Percent-decoded, empty ones left out; null where one is no text.</param>
internal sealed record PartneroPath(string Prefix, IReadOnlyList<string>? Segments)
{
    public const string ShortPrefix = "/v1";
    public const string LongPrefix = "/partnero/v1";

    /// <summary>Null where the target belongs to another face.</summary>
    public static PartneroPath? Parse(string rawTarget)
    {
        var segments = RawPath.SegmentsOf(rawTarget);
        if (segments is [var first, ..] && Is(first, "v1"))
            return new PartneroPath(ShortPrefix, RawPath.Decode(segments[1..]));
        return segments is [var outer, var inner, ..] && Is(outer, "partnero") && Is(inner, "v1")
            ? new PartneroPath(LongPrefix, RawPath.Decode(segments[2..]))
            : null;
    }

    private static bool Is(string segment, string literal) => segment.Equals(literal, StringComparison.OrdinalIgnoreCase);
}

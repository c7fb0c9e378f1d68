using System.Text;
using Tributary.Primitives;

namespace Tributary.Server.Api.Wire;

/// <summary>
/// The segments of a request's target, taken from the bytes of the request line: the framework's own path is decoded
/// once already and so cannot tell an id that holds <c>/</c> from two segments, or <c>%2F</c> from <c>%252F</c>.
/// </summary>
internal static class RawPath
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>As they came, empty ones left out.</summary>
    public static string[] SegmentsOf(string rawTarget) => PathOf(rawTarget).Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Percent-decoded; null where one is no text.</summary>
    public static string[]? Decode(string[] segments)
    {
        var decoded = new string[segments.Length];
        for (var at = 0; at < segments.Length; at++)
        {
            if (Decode(segments[at]) is not { } text)
                return null;
            decoded[at] = text;
        }
        return decoded;
    }

    /// <summary>
    /// Decodes once; a percent sign without two digits stands for itself, and a plus sign is a plus sign. Null where
    /// no text comes out that anything could be named by.
    /// </summary>
    private static string? Decode(string segment)
    {
        if (!segment.Contains('%', StringComparison.Ordinal))
            return segment;
        var source = Encoding.UTF8.GetBytes(segment);
        var target = new byte[source.Length];
        var length = 0;
        for (var at = 0; at < source.Length; at++)
        {
            var escaped = source[at] == '%' && at + 2 < source.Length
                && char.IsAsciiHexDigit((char)source[at + 1]) && char.IsAsciiHexDigit((char)source[at + 2]);
            target[length++] = escaped ? Convert.FromHexString([(char)source[at + 1], (char)source[at + 2]])[0] : source[at];
            at += escaped ? 2 : 0;
        }
        try
        {
            var text = StrictUtf8.GetString(target, 0, length);
            return StorableText.IsStorable(text) ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string PathOf(string rawTarget)
    {
        var path = rawTarget;
        if (!path.StartsWith('/') && path.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0)
            path = path.IndexOf('/', scheme + 3) is var start and > 0 ? path[start..] : "/";
        var end = path.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? path : path[..end];
    }
}

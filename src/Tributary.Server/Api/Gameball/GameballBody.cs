using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Tributary.Primitives;
using Tributary.Server.Api.Gameball.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>Reads a request's body within its limits.</summary>
internal static class GameballBody
{
    /// <summary>
    /// A body somewhat over the limit is still taken off the wire, so that its sender gets to read the refusal instead of
    /// losing the connection.
    /// </summary>
    private const long DrainedBytes = 4L * Limits.BodyBytes;

    /// <summary>The parsed body, to be disposed, or why there is none.</summary>
    public static async Task<(JsonDocument? Document, GameballError? Error)> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = DrainedBytes;
        if (!IsJson(request))
            return (null, GameballErrors.WrongMedia);
        if (request.ContentLength > Limits.BodyBytes)
            return (null, GameballErrors.BodyTooLarge);
        if (await ReadBytesAsync(request, ct) is not { } bytes)
            return (null, GameballErrors.BodyTooLarge);
        var error = WireDocument.TryParse(bytes, out var document);
        if (document is { RootElement.ValueKind: JsonValueKind.Null })
            error = GameballErrors.BodyMissing;
        return (document, error);
    }

    /// <summary>Null when there is more than the limit.</summary>
    private static async Task<byte[]?> ReadBytesAsync(HttpRequest request, CancellationToken ct)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(ct);
            if (read.Buffer.Length > Limits.BodyBytes)
                return null;
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>No media type is JSON. A compressed body is refused, so that a small one cannot grow in memory.</summary>
    private static bool IsJson(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0)
            return false;
        if (string.IsNullOrWhiteSpace(request.ContentType))
            return true;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media))
            return false;
        var named = media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.MediaType.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            || media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);
        var charset = HeaderUtilities.RemoveQuotes(media.Charset);
        return named && (!charset.HasValue || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase));
    }
}

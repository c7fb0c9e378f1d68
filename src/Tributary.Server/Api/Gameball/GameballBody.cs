using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>Reads a request's body within its limits.</summary>
internal static class GameballBody
{
    /// <summary>The parsed body, to be disposed, or why there is none.</summary>
    /// <param name="mostBytes">Of the body; more is refused.</param>
    public static async Task<(JsonDocument? Document, GameballError? Error)> ReadAsync(HttpRequest request, int mostBytes, CancellationToken ct)
    {
        if (!IsJson(request))
            return (null, GameballErrors.WrongMedia);
        if (await RequestBytes.ReadAsync(request, mostBytes, ct) is not { } bytes)
            return (null, GameballErrors.BodyTooLarge);
        var error = WireDocument.TryParse(bytes, out var document) is { } fault ? GameballErrors.From(fault) : null;
        if (document is { RootElement.ValueKind: JsonValueKind.Null })
            error = GameballErrors.BodyMissing;
        return (document, error);
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

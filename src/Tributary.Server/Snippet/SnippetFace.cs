using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Tributary.Server.Api;

namespace Tributary.Server.Snippet;

/// <summary>
/// The script for the merchant's own pages. <c>/js/universal.js</c> is the same under the name that pages written for
/// Partnero load. Nothing in it depends on who asks.
/// </summary>
internal static class SnippetFace
{
    private const string Type = "text/javascript; charset=utf-8";

    public static void MapSnippet(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/t.js", SnippetScript.Main);
        Map(routes, "/js/universal.js", SnippetScript.Main);
        Map(routes, "/t-more.js", SnippetScript.More);
        routes.MapGet("/t.json", Describe).ForAnyone().ExcludeFromDescription();
    }

    private static void Map(IEndpointRouteBuilder routes, string path, SnippetScript script) =>
        routes.MapGet(path, (HttpContext http) => Get(http, script)).ForAnyone().ExcludeFromDescription();

    /// <summary>The address that may be kept for ever, and what to write as the tag's <c>integrity</c>.</summary>
    private static JsonHttpResult<SnippetDescription> Describe(HttpResponse response)
    {
        Share(response.Headers);
        response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Json(new SnippetDescription($"/t.js?v={SnippetScript.Main.Version}", SnippetScript.Main.Integrity));
    }

    private static FileContentHttpResult Get(HttpContext http, SnippetScript script)
    {
        var headers = http.Response.Headers;
        Share(headers);
        headers.CacheControl = http.Request.Query["v"] == script.Version ? "public, max-age=31536000, immutable" : "public, max-age=300";
        headers.ETag = $"\"{script.Version}\"";
        headers.Vary = "Accept-Encoding";
        var (encoding, content) = Encoded(http.Request.Headers.AcceptEncoding, script);
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        return TypedResults.Bytes(content, Type);
    }

    private static void Share(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }

    private static (string? Encoding, ReadOnlyMemory<byte> Content) Encoded(StringValues accepted, SnippetScript script)
    {
        var names = accepted.ToString().Split(',').Select(name => name.Split(';')[0].Trim()).ToList();
        return names.Contains("br") ? ("br", script.Brotli)
            : names.Contains("gzip") ? ("gzip", script.Gzip)
            : (null, script.Plain);
    }

    private sealed record SnippetDescription(string Src, string Integrity);
}

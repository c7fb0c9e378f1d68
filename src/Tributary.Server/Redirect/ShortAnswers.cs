using System.Globalization;

namespace Tributary.Server.Redirect;

/// <summary>Answers of the redirector that lead nowhere, each a sentence.</summary>
internal static class ShortAnswers
{
    public const string RetryAfter = "5";

    private const string NotKnown = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Unknown link</title></head>
        <body><h1>This link is not known</h1><p>Perhaps it was mistyped.</p></body>
        </html>
        """;

    public static Task NotFoundAsync(HttpContext http) => WriteAsync(http, StatusCodes.Status404NotFound, "This link leads nowhere. Perhaps it was mistyped.");

    /// <summary>The server has no page and no link by that path. A page, because a browser has asked.</summary>
    public static Task NotKnownAsync(HttpContext http)
    {
        RedirectHeaders.Set(http, null);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        http.Response.ContentType = "text/html; charset=utf-8";
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(NotKnown, http.RequestAborted);
    }

    public static Task GoneAsync(HttpContext http, string? referrerPolicy) =>
        WriteAsync(http, StatusCodes.Status410Gone, "This link is no longer in use.", referrerPolicy);

    public static Task MethodNotAllowedAsync(HttpContext http)
    {
        http.Response.Headers.Allow = "GET, HEAD";
        return WriteAsync(http, StatusCodes.Status405MethodNotAllowed, "A link is opened with GET.");
    }

    public static Task TooManyAsync(HttpContext http, int seconds)
    {
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(http, StatusCodes.Status429TooManyRequests, "Too many links that lead nowhere were asked for.");
    }

    /// <summary>The link may exist: nobody can be asked just now (CL-6).</summary>
    public static Task UnavailableAsync(HttpContext http)
    {
        http.Response.Headers.RetryAfter = RetryAfter;
        return WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "The link cannot be looked up just now. Please try again in a moment.");
    }

    /// <summary>A page that is loaded ahead: the browser drops this and asks again when the person clicks (CL-11).</summary>
    public static Task NotAheadAsync(HttpContext http, string? referrerPolicy)
    {
        RedirectHeaders.Set(http, referrerPolicy);
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext http, int status, string sentence, string? referrerPolicy = null)
    {
        RedirectHeaders.Set(http, referrerPolicy);
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(sentence, http.RequestAborted);
    }
}

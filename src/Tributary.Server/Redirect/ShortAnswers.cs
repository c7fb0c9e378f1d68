using System.Globalization;

namespace Tributary.Server.Redirect;

/// <summary>Answers of the redirector that lead nowhere, each a sentence.</summary>
internal static class ShortAnswers
{
    public const string RetryAfter = "5";

    public static Task NotFoundAsync(HttpContext http) => WriteAsync(http, StatusCodes.Status404NotFound, "This link leads nowhere. Perhaps it was mistyped.");

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

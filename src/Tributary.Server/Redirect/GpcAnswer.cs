namespace Tributary.Server.Redirect;

/// <summary>Says on every host that the wish of <c>Sec-GPC</c> is heeded (CL-53).</summary>
internal static class GpcAnswer
{
    private const string Path = "/.well-known/gpc.json";

    /// <summary>The day on which what is done about it last changed.</summary>
    private const string Text = """{"gpc":true,"lastUpdate":"2026-11-20"}""";

    public static bool IsAsked(PathString path) => path.Equals(Path, StringComparison.Ordinal);

    public static Task WriteAsync(HttpContext http)
    {
        RedirectHeaders.Set(http, null);
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.ContentType = "application/json";
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(Text, http.RequestAborted);
    }
}

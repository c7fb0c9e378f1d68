using Microsoft.Extensions.Primitives;

namespace Tributary.Server.Hosting;

/// <summary>
/// The headers of every answer. A face that sets one of its own before the answer starts keeps it; what says nothing
/// gets the strictest: no content of any kind, no frames, no cache.
/// </summary>
internal sealed class ResponseHeaders(RequestDelegate next)
{
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues ReferrerPolicy = "strict-origin-when-cross-origin";
    private static readonly StringValues Permissions = "camera=(), microphone=(), geolocation=()";
    private static readonly StringValues TransportSecurity = "max-age=31536000; includeSubDomains";
    private static readonly StringValues NothingAllowed = "default-src 'none'; frame-ancestors 'none'";
    private static readonly StringValues NoStore = "no-store";

    public Task InvokeAsync(HttpContext context)
    {
        // When the answer starts, not before: an exception handler clears what was set until then.
        context.Response.OnStarting(static state => Apply((HttpContext)state), context);
        return next(context);
    }

    private static Task Apply(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = ReferrerPolicy;
        headers["Permissions-Policy"] = Permissions;
        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = TransportSecurity;
        }

        if (StringValues.IsNullOrEmpty(headers.ContentSecurityPolicy))
        {
            headers.ContentSecurityPolicy = NothingAllowed;
        }

        if (StringValues.IsNullOrEmpty(headers.CacheControl))
        {
            headers.CacheControl = NoStore;
        }

        return Task.CompletedTask;
    }
}

using Microsoft.Extensions.Primitives;

namespace Tributary.Server.Redirect;

/// <summary>Headers of all answers of the redirector (CL-14, promises.md § 4). They are set here, because nothing else runs for them.</summary>
internal static class RedirectHeaders
{
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoIndex = "noindex";
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues Permissions = "camera=(), microphone=(), geolocation=()";
    private static readonly StringValues NothingAllowed = "default-src 'none'; frame-ancestors 'none'";
    // Of this host alone: what lies below a merchant's host is not ours to decide about.
    private static readonly StringValues TransportSecurity = "max-age=31536000";
    private static readonly StringValues UsualReferrerPolicy = "strict-origin-when-cross-origin";

    public static void Set(HttpContext http, string? referrerPolicy)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = NoStore;
        headers["X-Robots-Tag"] = NoIndex;
        headers["Referrer-Policy"] = referrerPolicy is null ? UsualReferrerPolicy : referrerPolicy;
        headers.XContentTypeOptions = NoSniff;
        headers["Permissions-Policy"] = Permissions;
        headers.ContentSecurityPolicy = NothingAllowed;
        if (http.Request.IsHttps)
            headers.StrictTransportSecurity = TransportSecurity;
    }
}

using System.Security.Cryptography;

namespace Tributary.Server.Web;

/// <summary>The headers of a page (promises.md § 4): only our own scripts, styles and forms, no frames, no cache.</summary>
internal static class PageHeaders
{
    private const int NonceBytes = 16;

    /// <summary>Sets them and returns the nonce that the page's scripts carry.</summary>
    public static string Apply(HttpContext http)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; "
            + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return nonce;
    }
}

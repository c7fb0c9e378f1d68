using System.Security.Cryptography;
using Tributary.Clicks;
using Tributary.Programs;

namespace Tributary.Server.Redirect;

/// <summary>How much may be known of a visitor (clicks.md § 6).</summary>
internal enum Knowing
{
    /// <summary>Cookie, visitor id, all that a row holds.</summary>
    Full,

    /// <summary>No cookie; a row of time, link, verdict and country; a key for the day; a click id for the visitor's own purchase.</summary>
    Minimal,

    /// <summary>Nothing, and no click id either.</summary>
    Anonymous,
}

/// <summary>The visitor's cookie on link hosts, and what may be known of who brings it.</summary>
internal static class Visitor
{
    public const string Cookie = "trb_vid";
    public const string ClickCookie = "trb_click";

    /// <summary>The longest that browsers keep a cookie.</summary>
    private const int CookieDays = 400;
    private const int SecondsPerDay = 86_400;

    public static Knowing KnowingOf(ClickSettings settings, bool signal)
    {
        if (settings.Consent == ConsentMode.Anonymous || (signal && settings.Gpc == PrivacySignal.Anonymous))
            return Knowing.Anonymous;
        return settings.Consent == ConsentMode.Required || signal ? Knowing.Minimal : Knowing.Full;
    }

    /// <summary><c>Sec-GPC: 1</c>, and <c>DNT: 1</c> where the programme says so.</summary>
    public static bool HasSignal(IHeaderDictionary headers, ClickSettings settings) =>
        headers["Sec-GPC"] == "1" || (settings.DntAsGpc && headers["DNT"] == "1");

    public static Guid? Brought(HttpRequest request) =>
        request.Headers.Cookie.Count > 0 && request.Cookies.TryGetValue(Cookie, out var text) && Guid.TryParseExact(text, "D", out var id) ? id : null;

    /// <summary>122 random bits, nothing encoded (CL-42).</summary>
    public static Guid New()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <param name="domain">That partners' sub-domains share; null: the host alone.</param>
    /// <param name="forPages">Whether the merchant's pages read it too.</param>
    public static void Give(HttpContext http, string name, string value, string? domain, int days, bool forPages = true)
    {
        var seconds = Math.Clamp(days, 1, CookieDays) * SecondsPerDay;
        var shared = domain is null ? "" : $"; domain={domain}";
        // A browser drops a secure cookie that came over plain http.
        var secure = http.Request.IsHttps ? "; secure" : "";
        var hidden = forPages ? "" : "; httponly";
        http.Response.Headers.Append(
            "Set-Cookie",
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}={value}; max-age={seconds}; path=/{shared}{secure}; samesite=lax{hidden}"));
    }

    public static void Give(HttpContext http, Guid visitor, string? domain) => Give(http, Cookie, visitor.ToString("D"), domain, CookieDays, forPages: false);
}

using System.Net;
using Tributary.Clicks;
using Tributary.Clicks.Landing;
using Tributary.Keys;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Server.Hosting;

namespace Tributary.Server.Api.V1;

/// <summary>Arrivals of visitors at the merchant's pages: by the page with a publishable key, or by the merchant's back end.</summary>
internal static class TouchesApi
{
    public const string Path = "/touches";

    private const int MostCountry = 2;

    public static void MapTouches(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, PostAsync).ForPublishable(KeyScopes.Write)
            .Describe("recordTouch", "Report a visitor's arrival. With a fresh click id it confirms that click, else it is a click on the link it names");
    }

    private static async Task<Answer<TouchAnswer>> PostAsync(
        Call call, Body<TouchBody> body, HttpContext http, SiteDirectory sites, VisitorOrigins origins, LandingIntake intake, CancellationToken ct)
    {
        if (!body.Value.ToReport(call.Key.IsSecret ? null : http).TryGet(out var report, out var problem))
            return problem;
        var country = call.Key.IsSecret ? report.Country : origins.Country(http.Request.Headers);
        report = report with { Country = country, IsFlood = origins.IsFlood(report.Address) };
        var found = (await sites.FindAsync(call.Program.PublicId, ct))!;
        return TouchAnswer.Of(await intake.RecordAsync(found, report, ct));
    }

    internal static Problem? Check(TouchBody body)
    {
        if (body.Url.Length > Limits.ReferrerText || !Uri.TryCreate(body.Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return new Problem(ProblemCode.InvalidValue, "The address of the page is an absolute one.", "url");
        if (body.Address is { } address && !IPAddress.TryParse(address, out _))
            return new Problem(ProblemCode.InvalidValue, "The address is one of IPv4 or IPv6.", "address");
        return body.Country is { } country && !(country.Length == MostCountry && country.All(char.IsAsciiLetter))
            ? new Problem(ProblemCode.InvalidValue, "The country has two letters.", "country")
            : null;
    }
}

internal sealed record TouchBody
{
    /// <summary>The address of the page as the visitor came, with its query.</summary>
    public required string Url { get; init; }

    /// <summary>The address of the page before it.</summary>
    public string? Referrer { get; init; }

    /// <summary>When the visitor arrived; left out: now.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>The click's id from the page's address.</summary>
    public string? ClickId { get; init; }

    /// <summary>The id of the visitor's browser, from its cookie.</summary>
    public string? VisitorId { get; init; }

    /// <summary>The page stands for its link without a code in its address.</summary>
    public bool? Direct { get; init; }

    /// <summary>The page was shown in a frame.</summary>
    public bool? Framed { get; init; }

    /// <summary>The browser was driven by a program.</summary>
    public bool? Webdriver { get; init; }

    /// <summary>The visitor's browser asks for privacy.</summary>
    public bool? Gpc { get; init; }

    /// <summary>The visitor's agent; with a publishable key the caller's own counts.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The visitor's address; with a publishable key the caller's own counts. It is not kept.</summary>
    public string? Address { get; init; }

    /// <summary>Two letters, where you know it.</summary>
    public string? Country { get; init; }

    /// <param name="page">The request of a page; null: a back end says of whom it speaks.</param>
    public Outcome<LandingReport> ToReport(HttpContext? page) => TouchesApi.Check(this) is { } problem ? problem : new LandingReport
    {
        Url = Url,
        Referrer = Referrer,
        ArrivedAt = ArrivedAt,
        ClickId = ClickId,
        VisitorId = VisitorId,
        IsDirect = Direct ?? false,
        Framed = Framed ?? false,
        WebDriver = Webdriver ?? false,
        Gpc = (Gpc ?? false) || Says(page, "Sec-GPC"),
        Dnt = Says(page, "DNT"),
        Agent = page is null ? UserAgent : page.Request.Headers.UserAgent,
        Address = page is not null ? page.Connection.RemoteIpAddress : Address is null ? null : IPAddress.Parse(Address),
        HasAcceptLanguage = page is null || page.Request.Headers.AcceptLanguage.Count > 0,
        Country = page is null ? Country?.ToUpperInvariant() : null,
    };

    private static bool Says(HttpContext? page, string header) => page is not null && page.Request.Headers[header] == "1";
}

/// <param name="Verdict">valid, or why the visit does not count; null: the address names no link.</param>
/// <param name="Code">What to remember of the visit, like click and visitor id; null: nothing.</param>
/// <param name="RedirectUrl">Where the visitor of a direct link is led on to.</param>
internal sealed record TouchAnswer(string? Verdict, string? Code, string? ClickId, string? VisitorId, string? RedirectUrl)
{
    public static TouchAnswer Of(Landed landed) => new(
        landed.Verdict is { } verdict ? VerdictWords.Of(verdict) : null, landed.Code, landed.ClickId?.ToString(), landed.VisitorId?.ToString("D"),
        landed.RedirectUrl);
}

using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Tributary.Keys;
using Tributary.Links;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1;

/// <summary>
/// Calls with a publishable key, which everybody can read in a page: they are counted by key and by address, small, and from
/// browsers heard only where the page is on a verified site of the programme (promises.md § 5, N19).
/// </summary>
internal sealed class PublishableCalls(SiteDirectory sites, ServerOptions options, TimeProvider clock)
{
    public const int MostBodyBytes = 16 * 1024;

    private const int MostPerKey = 3_000;
    private const string PreflightSeconds = "600";

    private readonly TokenBuckets ofKeys = new(MostPerKey, MostPerKey, clock);
    private readonly TokenBuckets ofAddresses = new(options.Api.PageRequestsPerMinute, Math.Max(1, options.Api.PageRequestsPerMinute), clock);

    /// <summary>Null: go on.</summary>
    public async Task<Problem?> CheckAsync(HttpContext http, PresentedKey presented)
    {
        if (TooMany(http, ofAddresses.Take(ClientAddress.CountedAs(http.Connection.RemoteIpAddress))) is { } fromThere)
            return fromThere;
        if (TooMany(http, ofKeys.Take(presented.Key.PublicId)) is { } fromAll)
            return fromAll;
        http.Response.Headers.Vary = "Origin";
        if (http.Request.Headers.Origin is { Count: > 0 } origin)
        {
            var found = await sites.FindAsync(presented.Program.PublicId, http.RequestAborted);
            if (origin is not [{ } page] || found?.Allows(page) != true)
                return new Problem(ProblemCode.Forbidden, "This page is not on a verified domain of the programme.");
            http.Response.Headers.AccessControlAllowOrigin = page;
        }
        if (http.Request.ContentLength > MostBodyBytes)
            return new Problem(ProblemCode.TooLarge, $"The body takes at most {MostBodyBytes / 1024} KiB.");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MostBodyBytes;
        return null;
    }

    /// <summary>Browsers ask before they send a key, and do not say which: any programme's verified site may go on.</summary>
    public async Task PreflightAsync(HttpContext http)
    {
        http.Response.Headers.Vary = "Origin";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        if (http.Request.Headers.Origin is not [{ } origin] || !await sites.IsListedAsync(origin, http.RequestAborted))
            return;
        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers.AccessControlAllowMethods = "POST";
        http.Response.Headers.AccessControlAllowHeaders = "authorization, content-type";
        http.Response.Headers.AccessControlMaxAge = PreflightSeconds;
    }

    private static Problem? TooMany(HttpContext http, BucketAnswer answer)
    {
        if (answer.Allowed)
            return null;
        http.Response.Headers.RetryAfter = Math.Max(1, answer.RetryAfterSeconds).ToString(CultureInfo.InvariantCulture);
        return new Problem(ProblemCode.RateLimited, "Too many calls; see the header Retry-After.");
    }
}

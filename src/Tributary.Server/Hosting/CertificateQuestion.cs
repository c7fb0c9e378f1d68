using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Links;
using Tributary.Server.Api;

namespace Tributary.Server.Hosting;

/// <summary>
/// What a reverse proxy that gets certificates on demand asks first: whether a host is one of ours (partnero.md § 4.1). Below a
/// wildcard only names that are somebody's code are, so that nobody makes it ask for certificates without end.
/// </summary>
internal static class CertificateQuestion
{
    public const string Path = "/.well-known/tributary/tls";

    private const int PerMinute = 300;
    private const int Burst = 100;

    public static void MapCertificateQuestion(this WebApplication app)
    {
        var buckets = new TokenBuckets(PerMinute, Burst, app.Services.GetRequiredService<TimeProvider>());
        app.MapGet(Path, (HttpContext http, string? domain, LinkTable links, ServerHosts hosts, CancellationToken ct) =>
            AnswerAsync(http, domain, links, hosts, buckets, ct)).ForAnyone().ExcludeFromDescription();
    }

    private static async Task<StatusCodeHttpResult> AnswerAsync(
        HttpContext http, string? domain, LinkTable links, ServerHosts hosts, TokenBuckets buckets, CancellationToken ct)
    {
        if (buckets.Take(ClientAddress.CountedAs(http.Connection.RemoteIpAddress)) is { Allowed: false } full)
        {
            http.Response.Headers.RetryAfter = full.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }
        var known = domain is { Length: > 0 and <= 253 } && (hosts.IsOwn(domain) || await links.MayHaveCertificateAsync(domain, ct));
        return TypedResults.StatusCode(known ? StatusCodes.Status200OK : StatusCodes.Status404NotFound);
    }
}

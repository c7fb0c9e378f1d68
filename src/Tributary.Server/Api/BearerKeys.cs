using System.Globalization;
using Tributary.Keys;
using Tributary.Primitives;

namespace Tributary.Server.Api;

/// <summary>Reads the bearer key of a request, and counts requests by key and refused keys by address.</summary>
internal sealed class BearerKeys(KeyDirectory directory, ExposedKeys exposed, ServerOptions options, TimeProvider clock)
{
    private const string Scheme = "Bearer ";

    private readonly TokenBuckets requests = new(options.Api.RequestsPerMinute, options.Api.Burst, clock);
    private readonly TokenBuckets wrongKeys = new(options.Api.WrongKeysPerMinute, Math.Max(1, options.Api.WrongKeysPerMinute), clock);

    /// <summary>
    /// Keys in memory pass at once. Others cost a look into the database, which an address that keeps sending wrong keys
    /// gets only for keys that this node has met before: for all others it is told to wait.
    /// </summary>
    public async Task<Outcome<PresentedKey>> AuthenticateAsync(HttpContext http)
    {
        if (ExposedKeys.IsIn(http.Request.Query))
            return await RefuseExposedAsync(http);
        return TokenOf(http.Request) is { } token
            ? await FindAsync(http, token)
            : Wrong(http, "Send a secret key as 'Authorization: Bearer trs_…'.");
    }

    /// <summary>The same for a token that came in a way that its face allows.</summary>
    public async Task<Outcome<PresentedKey>> FindAsync(HttpContext http, string token)
    {
        if (directory.TryRecall(token, out var known))
            return known;
        var address = ClientAddress.CountedAs(http.Connection.RemoteIpAddress);
        if (!directory.HasMet(token) && !wrongKeys.Look(address).Allowed)
            return Wrong(http, "");
        return await directory.FindAsync(token, http.RequestAborted) is { } found
            ? found
            : Wrong(http, "The key is not known, revoked or expired.");
    }

    /// <summary>Null: go on. Says in the answer's headers what is left.</summary>
    public Problem? CountRequest(HttpContext http, ApiKey key)
    {
        if (!requests.IsLimiting)
            return null;
        var answer = requests.Take(key.PublicId);
        var headers = http.Response.Headers;
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"key\";q={requests.PerMinute};w=60");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"key\";r={answer.Left};t={answer.RetryAfterSeconds}");
        return answer.Allowed ? null : TooMany(http, answer, "This key asks too often; see the header Retry-After.");
    }

    private Problem Wrong(HttpContext http, string detail)
    {
        var answer = wrongKeys.Take(ClientAddress.CountedAs(http.Connection.RemoteIpAddress));
        return answer.Allowed
            ? new Problem(ProblemCode.Unauthenticated, detail)
            : TooMany(http, answer, "Too many wrong keys came from this address; see the header Retry-After.");
    }

    private async Task<Problem> RefuseExposedAsync(HttpContext http)
    {
        var problem = Wrong(http, "A key in a URL ends in logs and histories. Send it in a header, and rotate this one.");
        if (problem.Code == ProblemCode.Unauthenticated)
            await exposed.ReportAsync(http);
        return problem;
    }

    private static Problem TooMany(HttpContext http, BucketAnswer answer, string detail)
    {
        http.Response.Headers.RetryAfter = Math.Max(1, answer.RetryAfterSeconds).ToString(CultureInfo.InvariantCulture);
        return new Problem(ProblemCode.RateLimited, detail);
    }

    /// <summary>The text that a request presents as its key.</summary>
    public static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..].Trim()
            : null;
}

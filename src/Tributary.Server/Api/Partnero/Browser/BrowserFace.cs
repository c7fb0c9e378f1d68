using System.Globalization;
using System.Text.Json.Nodes;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Server.Api.Wire;
using Tributary.Storage;

namespace Tributary.Server.Api.Partnero.Browser;

/// <summary>
/// The way of a request of the merchant's pages (partnero.md § 7): rate, programme, origin, body. Only pages of the programme's
/// verified sites are heard; all others get no CORS header, and nothing is recorded.
/// </summary>
internal sealed partial class BrowserFace(SiteDirectory sites, ServerOptions options, TimeProvider clock, ILogger<BrowserFace> logger)
{
    public const string Root = "/pub/v1/{publicId}";

    private const int MostBodyBytes = 16 * 1024;
    private const string PreflightSeconds = "600";

    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(10);
    private static readonly PartneroError Elsewhere = new(403, "forbidden", "This page is not on a verified domain of the program.");
    private static readonly PartneroError OtherMedia = new(415, "malformed", "JSON is sent as text/plain or application/json.");

    private readonly TokenBuckets requests = new(options.Api.PageRequestsPerMinute, Math.Max(1, options.Api.PageRequestsPerMinute), clock);

    /// <summary>Answers a call that writes.</summary>
    public Task PostAsync(HttpContext http, string publicId, Func<BrowserCall, CancellationToken, Task<PartneroAnswer>> handle) =>
        AnswerAsync(http, publicId, isWriting: true, handle);

    /// <summary>Answers a call that reads what is no secret.</summary>
    public Task GetAsync(HttpContext http, string publicId, Func<BrowserCall, CancellationToken, Task<PartneroAnswer>> handle) =>
        AnswerAsync(http, publicId, isWriting: false, handle);

    /// <summary>Browsers ask before they send anything but plain text.</summary>
    public async Task PreflightAsync(HttpContext http, string publicId)
    {
        http.Response.Headers.Vary = "Origin";
        if (await sites.FindAsync(publicId, http.RequestAborted) is { } found && Allow(http, found))
        {
            http.Response.Headers.AccessControlAllowMethods = "GET, POST";
            http.Response.Headers.AccessControlAllowHeaders = "content-type";
            http.Response.Headers.AccessControlMaxAge = PreflightSeconds;
        }
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task AnswerAsync(HttpContext http, string publicId, bool isWriting, Func<BrowserCall, CancellationToken, Task<PartneroAnswer>> handle)
    {
        http.Response.Headers.Vary = "Origin";
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await WriteAsync(http, await ServeAsync(http, publicId, isWriting, handle));
        }
        catch (Exception outage) when (!http.Response.HasStarted && DatabaseFault.IsOutage(outage))
        {
            Log.Unreachable(logger, outage.GetType().Name, http.TraceIdentifier);
            await WriteAsync(http, PartneroErrors.Unavailable(DatabaseFault.RetryAfterSeconds));
        }
    }

    private async Task<PartneroAnswer> ServeAsync(
        HttpContext http, string publicId, bool isWriting, Func<BrowserCall, CancellationToken, Task<PartneroAnswer>> handle)
    {
        var rate = requests.Take(ClientAddress.CountedAs(http.Connection.RemoteIpAddress));
        if (!rate.Allowed)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, rate.RetryAfterSeconds).ToString(CultureInfo.InvariantCulture);
            return PartneroErrors.TooFast(rate.RetryAfterSeconds);
        }
        if (publicId.Length > Primitives.Limits.Text || await sites.FindAsync(publicId, http.RequestAborted) is not { } found)
            return PartneroErrors.NotFound;
        var isAllowed = Allow(http, found);
        if (isWriting && !isAllowed)
            return Elsewhere;
        if (isWriting && found.Program.State != ProgramState.Active)
            return PartneroErrors.Paused;
        if (!isWriting)
            return await handle(new BrowserCall(found, InputObject.Empty, OriginOf(http), http), http.RequestAborted);
        if (!IsJson(http.Request.ContentType))
            return OtherMedia;
        var (error, body) = await ReadAsync(http);
        return error ?? await handle(new BrowserCall(found, new InputObject(body, new InputFaults()), OriginOf(http), http), http.RequestAborted);
    }

    private static bool Allow(HttpContext http, ProgramSites found)
    {
        var origin = OriginOf(http);
        if (!found.Allows(origin))
            return false;
        http.Response.Headers.AccessControlAllowOrigin = origin;
        return true;
    }

    /// <summary>What a page may send without asking first, or JSON by its name.</summary>
    private static bool IsJson(string? type) => type?.Split(';')[0].Trim().ToLowerInvariant() is null or "" or "text/plain" or "application/json";

    private static string? OriginOf(HttpContext http) => http.Request.Headers.Origin is [{ Length: > 0 } origin] ? origin : null;

    private static async Task<(PartneroError? Error, JsonObject Body)> ReadAsync(HttpContext http)
    {
        using var late = new CancellationTokenSource(BodyTime);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            var bytes = await RequestBytes.ReadAsync(http.Request, MostBodyBytes, either.Token);
            return bytes is null ? (PartneroErrors.TooLarge, []) : ObjectOf(bytes);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            return (PartneroErrors.Timeout, []);
        }
    }

    private static (PartneroError? Error, JsonObject Body) ObjectOf(byte[] bytes)
    {
        if (WireDocument.TryParse(bytes, out var document) is { } fault)
            return (PartneroErrors.From(fault) ?? PartneroErrors.Malformed, []);
        using (document)
            return JsonNode.Parse(bytes.AsSpan().TrimStart("\uFEFF"u8)) is JsonObject body ? (null, body) : (PartneroErrors.NotAnObject, []);
    }

    private static Task WriteAsync(HttpContext http, PartneroAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
            http.Response.Headers[name] = value;
        return http.Response.Body.WriteAsync(answer.Body, http.RequestAborted).AsTask();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Database not reachable ({Failure}): call of a page, request {RequestId}")]
        public static partial void Unreachable(ILogger logger, string failure, string requestId);
    }
}

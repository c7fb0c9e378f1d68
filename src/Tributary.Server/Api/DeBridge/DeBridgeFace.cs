using Microsoft.AspNetCore.Http.Features;
using Tributary.Keys;
using Tributary.Programs;
using Tributary.Reporting.Tracking;
using Tributary.Storage;

namespace Tributary.Server.Api.DeBridge;

/// <summary>
/// The way of a request through this dialect. The checks come in this order, and the first that fails answers: path, method,
/// programme and key, rate, what the caller may, body, members.
/// </summary>
internal sealed partial class DeBridgeFace(
    DeBridgeRouter router, DeBridgePrograms programs, DeBridgeOrigins origins, Sights sights, RequestLogWriter log, TimeProvider clock, ILogger<DeBridgeFace> logger)
{
    private const int RateSeconds = 60;

    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(30);

    private readonly WindowCounts requests = new(clock);

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (DeBridgePath.Parse(target) is not { } path)
        {
            await next(http);
            return;
        }
        http.Response.Headers.CacheControl = "no-store";
        var trace = new RequestTrace(clock.GetUtcNow());
        var answer = await AnswerAsync(http, path, trace);
        if (trace.Finish(http, answer) is { } request)
            log.Add(request);
        await DeBridgeResponse.WriteAsync(http, path.Service, answer);
    }

    private async Task<DeBridgeAnswer> AnswerAsync(HttpContext http, DeBridgePath path, RequestTrace trace)
    {
        var routes = router.At(path);
        if (routes.Count == 0)
            return DeBridgeError.UnknownPath;
        try
        {
            var route = routes.FirstOrDefault(each => each.Accepts(http.Request.Method));
            return route is null ? await RefuseMethodAsync(http, path, routes) : await ServeAsync(http, path, route, trace);
        }
        catch (Exception failure) when (!http.Response.HasStarted && ErrorOf(http, failure) is { } error)
        {
            if (error.Fault == DeBridgeFault.Unavailable && routes[0].Scope == KeyScopes.Write)
                error = DeBridgeError.RecordingFailed;
            if (error == DeBridgeError.Bug)
                Log.Failed(logger, failure, routes[0].Path, http.TraceIdentifier);
            else if (error.Fault is DeBridgeFault.Unavailable or DeBridgeFault.RecordingFailed)
                Log.Unreachable(logger, failure.GetType().Name, routes[0].Path, http.TraceIdentifier);
            return error;
        }
    }

    private async Task<DeBridgeAnswer> RefuseMethodAsync(HttpContext http, DeBridgePath path, IReadOnlyList<DeBridgeRoute> routes)
    {
        var methods = string.Join(", ", routes.SelectMany(each => each.Methods).Append(HttpMethods.Options));
        http.Response.Headers.Allow = methods;
        if (!HttpMethods.IsOptions(http.Request.Method))
            return new DeBridgeError(DeBridgeFault.MethodNotAllowed, $"The methods here are {methods}.");
        var (caller, refusal) = await programs.FindAsync(http, path);
        if (caller is null)
            return refusal!;
        await origins.AllowAsync(http, caller.Program, routes[0].Access, methods);
        return DeBridgeNothing.Instance;
    }

    private async Task<DeBridgeAnswer> ServeAsync(HttpContext http, DeBridgePath path, DeBridgeRoute route, RequestTrace trace)
    {
        var (caller, refusal) = await programs.FindAsync(http, path);
        if (caller is null)
            return refusal!;
        trace.Let(route, caller.Program.Id);
        await origins.AllowAsync(http, caller.Program, route.Access);
        if (TooFast(http, caller, route) is { } seconds)
            return DeBridgeError.TooFast(seconds);
        if (caller.Key is { IsSecret: true } secret && !secret.May(route.Scope))
            return new DeBridgeError(DeBridgeFault.Forbidden, $"The key lacks the scope '{route.Scope}'.");
        var sight = await sights.OfAsync(caller.Program, caller.Key, http.RequestAborted);
        var mayForward = caller.Key is not null || caller.Program.Settings.DeBridge.Gateway.Access == GatewayAccess.Public;
        return IsLetIn(route, sight, mayForward) ? await HandleAsync(http, path, route, caller, sight ?? OrderSight.Nothing, mayForward, trace) : DeBridgeError.WrongKey;
    }

    private async Task<DeBridgeAnswer> HandleAsync(
        HttpContext http, DeBridgePath path, DeBridgeRoute route, DeBridgeCaller caller, OrderSight sight, bool mayForward, RequestTrace trace)
    {
        var (input, malformed) = InputOf(route) switch
        {
            InputPlace.Body => await ReadAsync(http),
            InputPlace.Query => (DeBridgeInput.OfQuery(http.Request.Query), null),
            InputPlace.Upstream => (DeBridgeInput.Empty, null),
        };
        if (malformed is not null)
            return malformed;
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var call = new DeBridgeCall(
            route, caller.Program, caller.Key, CallerOf(http, caller.Key), sight, route.Values(path.Segments!), input, QueryOf(target), clock.GetUtcNow())
        {
            MayForward = mayForward,
        };
        trace.Let(call);
        return await route.Handle(call, http.RequestAborted);
    }

    private enum InputPlace
    {
        Body,
        Query,
        Upstream,
    }

    /// <summary>Parameters of the order service are the upstream's to judge, but for those that the gateway reads itself.</summary>
    private static InputPlace InputOf(DeBridgeRoute route) => route.Service == DeBridgeService.Orders ? InputPlace.Upstream
        : HttpMethods.IsPost(route.Method) ? InputPlace.Body : InputPlace.Query;

    private static bool IsLetIn(DeBridgeRoute route, OrderSight? sight, bool mayForward) => route.Access switch
    {
        DeBridgeAccess.Tracking => sight is not null,
        DeBridgeAccess.Gateway => mayForward,
        DeBridgeAccess.Both => mayForward || sight is not null,
    };

    private static string QueryOf(string target)
    {
        var at = target.IndexOf('?', StringComparison.Ordinal);
        return at < 0 ? "" : target[(at + 1)..].Split('#')[0];
    }

    private int? TooFast(HttpContext http, DeBridgeCaller caller, DeBridgeRoute route)
    {
        var rate = caller.Program.Settings.DeBridge.Rate;
        var (who, most) = caller.Key is { } key
            ? (key.PublicId, rate.Key)
            : ($"{caller.Program.Id} {ClientAddress.CountedAs(http.Connection.RemoteIpAddress)}", rate.Anonymous);
        return requests.Count($"{who} {route.Method} {route.Path}", new WindowLimit(RateSeconds, most));
    }

    private async Task<(DeBridgeInput Input, DeBridgeError? Refusal)> ReadAsync(HttpContext http)
    {
        using var late = new CancellationTokenSource(BodyTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            return await DeBridgeBodies.ReadAsync(http.Request, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            http.Response.Headers.Connection = "close";
            return (DeBridgeInput.Empty, DeBridgeError.Invalid("body", "it did not come in time."));
        }
    }

    private static Caller CallerOf(HttpContext http, ApiKey? key) => new(
        key is null ? "stranger" : $"key:{key.Number}", key is { IsSecret: true }, ClientAddress.Kept(http.Connection.RemoteIpAddress), http.TraceIdentifier);

    /// <summary>Null where nobody is left to answer.</summary>
    private static DeBridgeError? ErrorOf(HttpContext http, Exception failure) => failure switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new DeBridgeError(DeBridgeFault.TooLarge, "The body is too large."),
        BadHttpRequestException => DeBridgeError.Invalid("body", "it cannot be read."),
        OperationCanceledException when http.RequestAborted.IsCancellationRequested => null,
        _ when DatabaseFault.IsOutage(failure) => DeBridgeError.Unavailable(DatabaseFault.RetryAfterSeconds),
        _ => DeBridgeError.Bug,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Path} failed, request {RequestId}")]
        public static partial void Failed(ILogger logger, Exception failure, string path, string requestId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Database not reachable ({Failure}): {Path}, request {RequestId}")]
        public static partial void Unreachable(ILogger logger, string failure, string path, string requestId);
    }
}

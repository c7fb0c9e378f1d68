using Microsoft.AspNetCore.Http.Features;
using Tributary.Primitives;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;
using Tributary.Storage;

namespace Tributary.Server.Api.Gameball;

/// <summary>
/// The way of a request through this dialect. The checks come in this order, and the first that fails answers: path, API key,
/// version and secret, rate, media type and size, JSON, members, rules.
/// </summary>
internal sealed partial class GameballFace(
    GameballRouter router, GameballCredentials credentials, CallRate rate, ServerOptions options, ILogger<GameballFace> logger)
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (GameballPath.Parse(target) is not { } path)
        {
            await next(http);
            return;
        }
        http.Response.Headers.CacheControl = "no-store";
        var routes = router.At(path);
        if (routes.Count == 0)
            GameballResponse.UnknownPath(http.Response);
        else if (routes.FirstOrDefault(route => HttpMethods.Equals(route.Method, http.Request.Method)) is { } route)
            await AnswerAsync(http, path, route);
        else if (IsPreflight(http.Request) && PublicMethods(routes) is { Count: > 0 } methods)
            GameballResponse.Preflight(http.Response, methods);
        else
            GameballResponse.WrongMethod(http.Response, routes.Select(route => route.Method));
    }

    private async Task AnswerAsync(HttpContext http, GameballPath path, GameballRoute route)
    {
        if (route.Demand == KeyDemand.ApiKey)
            GameballResponse.AllowAnyOrigin(http.Response);
        try
        {
            await ServeAsync(http, path, route);
        }
        catch (Exception failure) when (!http.Response.HasStarted && ErrorOf(http, failure) is { } error)
        {
            if (error == GameballErrors.Bug)
                Log.Failed(logger, failure, route.Method, route.Pattern, http.TraceIdentifier);
            else if (error.RetryAfterSeconds is not null)
                Log.Unreachable(logger, failure.GetType().Name, route.Method, route.Pattern, http.TraceIdentifier);
            await GameballResponse.RefuseAsync(http, error);
        }
    }

    private async Task ServeAsync(HttpContext http, GameballPath path, GameballRoute route)
    {
        var (identity, refusal) = await LetInAsync(http, path, route);
        GameballAnswer answer = identity is null ? refusal! : await HandleAsync(http, path, route, identity);
        await GameballResponse.WriteAsync(http, answer, identity is { Trusted: true });
    }

    private async ValueTask<(GameballIdentity? Identity, GameballError? Refusal)> LetInAsync(
        HttpContext http, GameballPath path, GameballRoute route)
    {
        if (!PlainHttp.IsTolerable(http, options.Api))
            return (null, GameballErrors.PlainHttp);
        var (identity, refusal) = await credentials.CheckAsync(http.Request, path, route, http.RequestAborted);
        if (identity is null or { Trusted: true })
            return (identity, refusal);
        return rate.Refuse(OriginOf(http, identity), route.Rate, identity.Program.Settings.Gameball) is { } seconds
            ? (null, GameballErrors.TooFast(seconds))
            : (identity, null);
    }

    private static async Task<GameballAnswer> HandleAsync(
        HttpContext http, GameballPath path, GameballRoute route, GameballIdentity identity)
    {
        var ct = http.RequestAborted;
        if (route.Body is null)
            return await route.Handle(CallOf(http, path, route, identity, WireObject.Empty), ct);
        var most = route.Items is null ? Limits.BodyBytes : Limits.BatchBodyBytes;
        var (document, error) = await GameballBody.ReadAsync(http.Request, most, ct);
        using (document)
        {
            if (error is not null)
                return error;
            var root = document!.RootElement;
            var body = route.Items is { } items ? WireObject.RootOrList(root, items) : WireObject.Root(root);
            if (body.Fault is { } fault)
                return fault;
            return await route.Handle(CallOf(http, path, route, identity, body), ct);
        }
    }

    private static GameballCall CallOf(
        HttpContext http, GameballPath path, GameballRoute route, GameballIdentity identity, WireObject body)
    {
        var caller = new Caller(
            $"key:{identity.Key.Number}", identity.Trusted, ClientAddress.Kept(http.Connection.RemoteIpAddress), http.TraceIdentifier);
        var values = route.Values(path.Segments!).Select(WireText.Compose);
        return new GameballCall(
            identity.Program, identity.Trusted, caller, OriginOf(http, identity), [.. values], http.Request.Query, body, LanguageOf(http.Request));
    }

    private static CallOrigin OriginOf(HttpContext http, GameballIdentity identity) =>
        new(identity.Key.Number, ClientAddress.CountedAs(http.Connection.RemoteIpAddress));

    /// <summary>Null where nobody is left to answer, or where the HTTP parser answers by itself.</summary>
    private static GameballError? ErrorOf(HttpContext http, Exception failure) => failure switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => GameballErrors.BodyTooLarge,
        BadHttpRequestException => null,
        OperationCanceledException when http.RequestAborted.IsCancellationRequested => null,
        _ when DatabaseFault.IsOutage(failure) => GameballErrors.Unreachable(DatabaseFault.RetryAfterSeconds),
        _ => GameballErrors.Bug,
    };

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin.Count > 0
        && request.Headers.AccessControlRequestMethod.Count > 0;

    private static List<string> PublicMethods(IEnumerable<GameballRoute> routes) =>
        [.. routes.Where(route => route.Demand == KeyDemand.ApiKey).Select(route => route.Method)];

    private static string? LanguageOf(HttpRequest request) =>
        request.Headers["lang"] is [{ Length: > 0 } header, ..] ? header
        : request.Query["lang"] is [{ Length: > 0 } parameter, ..] ? parameter
        : null;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Pattern} failed, request {RequestId}")]
        public static partial void Failed(ILogger logger, Exception failure, string method, string pattern, string requestId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Database not reachable ({Failure}): {Method} {Pattern}, request {RequestId}")]
        public static partial void Unreachable(ILogger logger, string failure, string method, string pattern, string requestId);
    }
}

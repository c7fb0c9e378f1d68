using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Server.Api.Wire;
using Tributary.Storage;

namespace Tributary.Server.Api.Partnero;

/// <summary>
/// The way of a request through this dialect. The checks come in this order, and the first that fails answers: path, rate,
/// key, JSON, members, what they name, states.
/// </summary>
internal sealed partial class PartneroFace(
    PartneroRouter router, BearerKeys keys, IdempotencyAnswers answers, ServerOptions options, TimeProvider clock, ILogger<PartneroFace> logger)
{
    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(30);

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (PartneroPath.Parse(target) is not { } path)
        {
            await next(http);
            return;
        }
        http.Response.Headers.CacheControl = "no-store";
        await WriteAsync(http, await AnswerAsync(http, path));
    }

    private async Task<PartneroAnswer> AnswerAsync(HttpContext http, PartneroPath path)
    {
        var routes = router.At(path);
        if (routes.Count == 0)
            return PartneroErrors.UnknownPath;
        if (routes.FirstOrDefault(each => HttpMethods.Equals(each.Method, http.Request.Method)) is not { } route)
        {
            http.Response.Headers.Allow = string.Join(", ", routes.Select(each => each.Method));
            return PartneroErrors.WrongMethod;
        }
        try
        {
            return await ServeAsync(http, path, route);
        }
        catch (Exception failure) when (!http.Response.HasStarted && ErrorOf(http, failure) is { } error)
        {
            if (error == PartneroErrors.Bug)
                Log.Failed(logger, failure, route.Method, route.Pattern, http.TraceIdentifier);
            else if (error.Code == "unavailable")
                Log.Unreachable(logger, failure.GetType().Name, route.Method, route.Pattern, http.TraceIdentifier);
            return error;
        }
    }

    private async Task<PartneroAnswer> ServeAsync(HttpContext http, PartneroPath path, PartneroRoute route)
    {
        if (!PlainHttp.IsTolerable(http, options.Api))
            return PartneroErrors.PlainHttp;
        if (!(await keys.AuthenticateAsync(http)).TryGet(out var presented, out var stranger))
            return RefuseStranger(http, stranger);
        if (keys.CountRequest(http, presented.Key) is not null)
            return TooFast(http);
        if (Judge(route, presented) is { } refusal)
            return refusal;
        var (bytes, timedOut) = await ReadAsync(http, route);
        if (bytes is null)
            return timedOut ? PartneroErrors.Timeout : PartneroErrors.TooLarge;
        return ObjectOf(bytes, out var body) is { } malformed ? malformed : await HandleAsync(http, path, route, presented, bytes, body);
    }

    private async Task<PartneroAnswer> HandleAsync(
        HttpContext http, PartneroPath path, PartneroRoute route, PresentedKey presented, byte[] bytes, JsonObject body)
    {
        var input = MergedInput.Of(body, http.Request.Query);
        if (input.Refusal is { } hostile)
            return hostile;
        var origin = options.PublicUrl?.Origin ?? $"{http.Request.Scheme}://{http.Request.Host}";
        var call = new PartneroCall(
            route,
            presented.Program,
            CallerOf(http, presented.Key),
            [.. route.Values(path.Segments!).Select(WireText.Compose)],
            input,
            origin,
            origin + path.Prefix,
            $"{origin}{path.Prefix}/{string.Join('/', path.Segments!.Select(EscapeSegment))}",
            clock.GetUtcNow());
        if (HttpMethods.IsPost(route.Method) && http.Request.Headers.TryGetValue(IdempotencyKey.Header, out var sent))
        {
            if (sent is not [{ } text] || !IdempotencyKey.IsPossible(text))
                return PartneroErrors.Invalid(IdempotencyKey.Header, $"An idempotency key has 1 to {Limits.Text} printable ASCII characters.");
            call = call with { Key = new IdempotencyKey(text, presented.Key.Number, [.. Encoding.UTF8.GetBytes(call.Address + http.Request.QueryString + "\n"), .. bytes], answers) };
        }
        return await route.Handle(call, http.RequestAborted);
    }

    private static PartneroError? Judge(PartneroRoute route, PresentedKey presented)
    {
        if (!presented.Key.IsSecret || presented.Key.ReferrerId is not null || !presented.Key.May(route.NeededScope))
            return PartneroErrors.Forbidden;
        if (presented.Program.State != ProgramState.Active && !route.WorksWhilePaused)
            return PartneroErrors.Paused;
        return route.Only is { } type && type != presented.Program.Settings.Partnero.Type ? PartneroErrors.OtherType : null;
    }

    private static PartneroError RefuseStranger(HttpContext http, Problem problem)
    {
        if (problem.Code == ProblemCode.RateLimited)
            return TooFast(http);
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return PartneroErrors.Unauthenticated;
    }

    /// <summary>The header with the seconds is there already.</summary>
    private static PartneroError TooFast(HttpContext http) => PartneroErrors.TooFast(
        int.TryParse(http.Response.Headers.RetryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 1);

    /// <summary>Null bytes where there are too many, or where they did not come in time.</summary>
    private async Task<(byte[]? Bytes, bool TimedOut)> ReadAsync(HttpContext http, PartneroRoute route)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return ([], false);
        using var late = new CancellationTokenSource(BodyTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            return (await RequestBytes.ReadAsync(http.Request, route.MostBodyBytes, either.Token), false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            http.Response.Headers.Connection = "close";
            return (null, true);
        }
    }

    /// <summary>The members of the body; nothing, <c>null</c> and <c>[]</c> are an empty object.</summary>
    private static PartneroError? ObjectOf(byte[] bytes, out JsonObject members)
    {
        members = [];
        if (WireDocument.TryParse(bytes, out var document) is { } fault)
            return PartneroErrors.From(fault);
        using (document)
        {
            switch (JsonNode.Parse(bytes.AsSpan().TrimStart("\uFEFF"u8)))
            {
                case JsonObject sent:
                    members = sent;
                    return null;
                case null or JsonArray { Count: 0 }:
                    return null;
                default:
                    return PartneroErrors.NotAnObject;
            }
        }
    }

    private static Caller CallerOf(HttpContext http, ApiKey key) =>
        new($"key:{key.Number}", Trusted: true, ClientAddress.Kept(http.Connection.RemoteIpAddress), http.TraceIdentifier);

    private static string EscapeSegment(string segment) => Uri.EscapeDataString(segment).Replace("%3A", ":", StringComparison.Ordinal);

    private static Task WriteAsync(HttpContext http, PartneroAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        http.Response.ContentLength = answer.Body.Length;
        foreach (var (name, value) in answer.Headers)
            http.Response.Headers[name] = value;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(answer.Body, http.RequestAborted).AsTask();
    }

    /// <summary>Null where nobody is left to answer.</summary>
    private static PartneroError? ErrorOf(HttpContext http, Exception failure) => failure switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => PartneroErrors.TooLarge,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => PartneroErrors.Timeout,
        BadHttpRequestException => PartneroErrors.Malformed,
        OperationCanceledException when http.RequestAborted.IsCancellationRequested => null,
        _ when DatabaseFault.IsOutage(failure) => PartneroErrors.Unavailable(DatabaseFault.RetryAfterSeconds),
        _ => PartneroErrors.Bug,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Pattern} failed, request {RequestId}")]
        public static partial void Failed(ILogger logger, Exception failure, string method, string pattern, string requestId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Database not reachable ({Failure}): {Method} {Pattern}, request {RequestId}")]
        public static partial void Unreachable(ILogger logger, string failure, string method, string pattern, string requestId);
    }
}

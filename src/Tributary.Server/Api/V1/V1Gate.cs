using Tributary.Keys;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1;

/// <summary>
/// Stands before every route of the native API: transport, key, what the key may do, rate; in this order, and the first
/// refusal is the answer. No body has been read when it refuses.
/// </summary>
internal sealed class V1Gate(RequestDelegate next, BearerKeys keys, PublishableCalls publishable, ServerOptions options)
{
    public static readonly PathString Root = "/api/v1";

    public async Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments(Root))
        {
            await next(http);
            return;
        }
        if (HttpMethods.IsOptions(http.Request.Method) && http.Request.Path == Root + TouchesApi.Path)
        {
            await publishable.PreflightAsync(http);
            return;
        }
        if (await CheckAsync(http) is { } refusal)
        {
            await V1Problems.WriteAsync(http, refusal);
            return;
        }
        await next(http);
        if (!http.Response.HasStarted && http.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
            await V1Problems.WriteUnroutedAsync(http);
    }

    private async Task<Problem?> CheckAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>() is not { } access)
            return null;
        if (!PlainHttp.IsTolerable(http, options.Api))
            return new Problem(ProblemCode.Forbidden, "A key must not travel over plain HTTP; use https.");
        if (access.Callers == RouteCallers.Anyone)
            return null;
        if (!(await keys.AuthenticateAsync(http)).TryGet(out var presented, out var refusal))
            return refusal;
        if (access.Callers == RouteCallers.Publishable && presented.Key.Kind == ApiKeyKind.Publishable)
        {
            if (await publishable.CheckAsync(http, presented) is { } unheard)
                return unheard;
        }
        else if ((keys.CountRequest(http, presented.Key) ?? Judge(access, presented)) is { } refused)
        {
            return refused;
        }
        http.Features.Set(new Call(http, presented));
        return PausedProblem(access, presented);
    }

    private static Problem? Judge(RouteAccess access, PresentedKey presented)
    {
        if (!presented.Key.IsSecret)
            return new Problem(ProblemCode.Forbidden, "A publishable key is not enough here; use a secret key.");
        if (access.Callers is RouteCallers.Secret or RouteCallers.Publishable && presented.Key.ReferrerId is not null)
            return new Problem(ProblemCode.Forbidden, "A key bound to a referrer may not do this.");
        return access.Scope is { } scope && !presented.Key.May(scope)
            ? new Problem(ProblemCode.Forbidden, $"The key lacks the scope '{scope}'.")
            : null;
    }

    private static Problem? PausedProblem(RouteAccess access, PresentedKey presented) =>
        access.WhilePaused || presented.Program.State == Programs.ProgramState.Active
            ? null
            : new Problem(ProblemCode.ProgramPaused, "The programme is paused: nothing is recorded that could earn.");
}

using Tributary.Primitives;

namespace Tributary.Server.Api;

/// <summary>
/// Gives every request an id of our own making: it stands in the answer's <c>X-Request-Id</c>, in error bodies, in the log
/// and in the audit log, so that a report of one leads to the others.
/// </summary>
internal sealed class RequestIds(RequestDelegate next)
{
    public const string Header = "X-Request-Id";

    private const int Digits = 22;

    public Task InvokeAsync(HttpContext http)
    {
        http.TraceIdentifier = Base62.Random(Digits);
        http.Response.Headers[Header] = http.TraceIdentifier;
        // Once more when the answer starts: an exception handler clears what was set until then.
        http.Response.OnStarting(
            static state =>
            {
                var started = (HttpContext)state;
                started.Response.Headers[Header] = started.TraceIdentifier;
                return Task.CompletedTask;
            },
            http);
        return next(http);
    }
}

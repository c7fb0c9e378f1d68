using Microsoft.AspNetCore.Diagnostics;
using Tributary.Storage;

namespace Tributary.Server.Hosting;

/// <summary>
/// Answers what no face answered itself: an outage as 503 with <c>Retry-After</c> (507 when the disk is full), a bad
/// request of the framework's with its status, anything else as 500 without detail.
/// </summary>
internal sealed partial class FallbackExceptionHandler(
    IProblemDetailsService problems, ILogger<FallbackExceptionHandler> logger) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        (int status, string detail) = Judge(exception);
        if (status == StatusCodes.Status500InternalServerError)
        {
            Log.Failed(logger, httpContext.TraceIdentifier, exception);
        }
        else if (status > StatusCodes.Status500InternalServerError)
        {
            Log.Outage(logger, exception.GetType().Name);
            httpContext.Response.Headers.RetryAfter = OutageAnswer.RetryAfter;
        }

        httpContext.Response.StatusCode = status;
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = status, Detail = detail },
        });
    }

    private static (int Status, string Detail) Judge(Exception exception) => exception switch
    {
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        _ when OutageAnswer.Status(exception) is { } status => (status, OutageAnswer.Detail),
        _ => (StatusCodes.Status500InternalServerError, "The server failed on this request. The failure was logged."),
    };

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Error, "Request {RequestId} failed")]
        public static partial void Failed(ILogger logger, string requestId, Exception exception);

        [LoggerMessage(21, LogLevel.Warning, "Answered an outage of the database: {Kind}")]
        public static partial void Outage(ILogger logger, string kind);
    }
}

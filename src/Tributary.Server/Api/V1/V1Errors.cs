using Microsoft.AspNetCore.Diagnostics;
using Tributary.Primitives;
using Tributary.Server.Hosting;

namespace Tributary.Server.Api.V1;

/// <summary>Answers what no route could answer: bodies beyond their limit, outages, bugs.</summary>
internal sealed partial class V1Errors(ILogger<V1Errors> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        if (!httpContext.Request.Path.StartsWithSegments(V1Gate.Root))
            return false;
        var most = httpContext.GetEndpoint()?.Metadata.GetMetadata<BatchBody>()?.MaxRequestBodySize ?? Limits.BodyBytes;
        var problem = ProblemOf(exception, most);
        if (problem.Code == ProblemCode.Internal)
            Log.Failed(logger, httpContext.TraceIdentifier, exception);
        else if (problem.Code is ProblemCode.Unavailable or ProblemCode.StorageFull)
            Log.Outage(logger, exception.GetType().Name);
        await V1Problems.WriteAsync(httpContext, problem);
        return true;
    }

    private static Problem ProblemOf(Exception exception, long most) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new Problem(ProblemCode.TooLarge, $"A body has at most {most / 1024} KiB."),
        BadHttpRequestException => new Problem(ProblemCode.Malformed, "The request could not be read to its end."),
        _ when OutageAnswer.Status(exception) is { } status => new Problem(
            status == StatusCodes.Status507InsufficientStorage ? ProblemCode.StorageFull : ProblemCode.Unavailable, OutageAnswer.Detail),
        _ => new Problem(ProblemCode.Internal, "The server failed on this request. The failure was logged under the request id."),
    };

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Error, "Request {RequestId} failed")]
        public static partial void Failed(ILogger logger, string requestId, Exception exception);

        [LoggerMessage(41, LogLevel.Warning, "Answered an outage of the database: {Kind}")]
        public static partial void Outage(ILogger logger, string kind);
    }
}

using System.Globalization;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Writes an answer in the way of the service that was asked.</summary>
internal static class DeBridgeResponse
{
    private const string Json = "application/json; charset=utf-8";

    public static Task WriteAsync(HttpContext http, DeBridgeService service, DeBridgeAnswer answer)
    {
        switch (answer)
        {
            case DeBridgeError error:
                http.Response.StatusCode = DeBridgeErrors.StatusOf(error.Fault);
                if (error.RetryAfterSeconds is { } seconds)
                    http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                if (error.Fault == DeBridgeFault.Unauthorized)
                    http.Response.Headers.WWWAuthenticate = "Bearer";
                return WriteAsync(http, TypeFor(http.Request, service), DeBridgeErrors.Body(service, error, http.TraceIdentifier));
            case DeBridgeBody body:
                http.Response.StatusCode = StatusCodes.Status200OK;
                return WriteAsync(http, TypeFor(http.Request, service), body.Bytes);
            case DeBridgeRelay relay:
                http.Response.StatusCode = relay.Status;
                if (relay.RetryAfter is { } retryAfter)
                    http.Response.Headers.RetryAfter = retryAfter;
                return WriteAsync(http, relay.ContentType ?? Json, relay.Body);
            default:
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
        }
    }

    private static Task WriteAsync(HttpContext http, string type, byte[] body)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    /// <summary>The same bytes under another name, where a client asks for nothing else.</summary>
    private static string TypeFor(HttpRequest request, DeBridgeService service)
    {
        if (service != DeBridgeService.Tracking)
            return Json;
        var wanted = request.Headers.Accept.ToString().Split(',').Select(type => type.Split(';')[0].Trim().ToLowerInvariant()).Distinct().ToList();
        return wanted is ["text/plain" or "text/json"] ? wanted[0] + "; charset=utf-8" : Json;
    }
}

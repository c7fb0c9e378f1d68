using System.Text.Json;

namespace Tributary.Server.Api.DeBridge;

/// <summary>The one place where refusals become the bodies of either service (debridge.md § 2).</summary>
internal static class DeBridgeErrors
{
    public static int StatusOf(DeBridgeFault fault) => fault switch
    {
        DeBridgeFault.InvalidInput or DeBridgeFault.FeePercentNotSet or DeBridgeFault.FeeRecipientNotSet or DeBridgeFault.UnknownOrder
            => StatusCodes.Status400BadRequest,
        DeBridgeFault.NotFound => StatusCodes.Status404NotFound,
        DeBridgeFault.Unauthorized => StatusCodes.Status401Unauthorized,
        DeBridgeFault.Forbidden or DeBridgeFault.FeatureDisabled => StatusCodes.Status403Forbidden,
        DeBridgeFault.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        DeBridgeFault.TooLarge => StatusCodes.Status413PayloadTooLarge,
        DeBridgeFault.UnsupportedType => StatusCodes.Status415UnsupportedMediaType,
        DeBridgeFault.TooManyRequests => StatusCodes.Status429TooManyRequests,
        DeBridgeFault.UpstreamNotConfigured => StatusCodes.Status501NotImplemented,
        DeBridgeFault.UpstreamUnreachable or DeBridgeFault.UpstreamBadAnswer => StatusCodes.Status502BadGateway,
        DeBridgeFault.UpstreamTimeout => StatusCodes.Status504GatewayTimeout,
        DeBridgeFault.RecordingFailed or DeBridgeFault.Unavailable => StatusCodes.Status503ServiceUnavailable,
        DeBridgeFault.Internal => StatusCodes.Status500InternalServerError,
    };

    /// <summary>What clients of the order service test, and our number of it.</summary>
    public static (int Code, string Id) OrderCodeOf(DeBridgeFault fault) => fault switch
    {
        DeBridgeFault.InvalidInput or DeBridgeFault.TooLarge or DeBridgeFault.UnsupportedType => (1, "INVALID_QUERY_PARAMETERS"),
        DeBridgeFault.FeePercentNotSet => (2, "AFFILIATE_FEE_PERCENT_NOT_SET"),
        DeBridgeFault.FeeRecipientNotSet => (3, "AFFILIATE_FEE_RECIPIENT_NOT_SET"),
        DeBridgeFault.UnknownOrder => (4, "UNKNOWN_ORDER"),
        DeBridgeFault.NotFound or DeBridgeFault.MethodNotAllowed => (5, "NOT_FOUND"),
        DeBridgeFault.Unauthorized => (6, "UNAUTHORIZED"),
        DeBridgeFault.Forbidden => (7, "FORBIDDEN"),
        DeBridgeFault.FeatureDisabled => (8, "FEATURE_DISABLED"),
        DeBridgeFault.TooManyRequests => (9, "TOO_MANY_REQUESTS"),
        DeBridgeFault.UpstreamNotConfigured => (20, "UPSTREAM_NOT_CONFIGURED"),
        DeBridgeFault.UpstreamUnreachable => (21, "UPSTREAM_UNREACHABLE"),
        DeBridgeFault.UpstreamBadAnswer => (22, "UPSTREAM_BAD_ANSWER"),
        DeBridgeFault.UpstreamTimeout => (23, "UPSTREAM_TIMEOUT"),
        DeBridgeFault.RecordingFailed => (24, "RECORDING_FAILED"),
        DeBridgeFault.Unavailable or DeBridgeFault.Internal => (99, "INTERNAL_ERROR"),
    };

    public static string TrackingCodeOf(DeBridgeFault fault) => fault switch
    {
        DeBridgeFault.InvalidInput or DeBridgeFault.FeePercentNotSet or DeBridgeFault.FeeRecipientNotSet => "invalid_input",
        DeBridgeFault.UnknownOrder or DeBridgeFault.NotFound => "not_found",
        DeBridgeFault.Unauthorized => "unauthorized",
        DeBridgeFault.Forbidden or DeBridgeFault.FeatureDisabled => "forbidden",
        DeBridgeFault.MethodNotAllowed => "method_not_allowed",
        DeBridgeFault.TooLarge => "too_large",
        DeBridgeFault.UnsupportedType => "unsupported_type",
        DeBridgeFault.TooManyRequests => "too_many_requests",
        DeBridgeFault.UpstreamNotConfigured or DeBridgeFault.UpstreamUnreachable or DeBridgeFault.UpstreamBadAnswer or DeBridgeFault.UpstreamTimeout
            or DeBridgeFault.RecordingFailed or DeBridgeFault.Unavailable or DeBridgeFault.Internal => "internal",
    };

    public static byte[] Body(DeBridgeService service, DeBridgeError error, string requestId) => service switch
    {
        DeBridgeService.Orders => OrderBody(error, requestId),
        DeBridgeService.Tracking => TrackingBody(error, requestId),
    };

    private static byte[] OrderBody(DeBridgeError error, string requestId) => DeBridgeJson.Write(json =>
    {
        var (code, id) = OrderCodeOf(error.Fault);
        json.WriteNumber("errorCode", code);
        json.WriteString("errorId", id);
        json.WriteString("errorMessage", error.Message);
        // Some clients read the one name, some the other.
        json.WriteString("reqId", requestId);
        json.WriteString("requestId", requestId);
        if (error.Parameter is not { } parameter)
            return;
        json.WriteStartObject("errorPayload");
        json.WriteString("parameter", parameter);
        json.WriteString("reason", error.Message);
        json.WriteEndObject();
    });

    private static byte[] TrackingBody(DeBridgeError error, string requestId) => DeBridgeJson.Write(json =>
    {
        json.WriteNumber("errorCode", StatusOf(error.Fault));
        json.WriteString("message", error.Message);
        json.WriteStartObject("error");
        json.WriteString("errorCode", TrackingCodeOf(error.Fault));
        json.WriteString("text", error.Message);
        json.WriteEndObject();
        if (error.Fault == DeBridgeFault.InvalidInput)
            WriteMembers(json, error.Members);
        json.WriteString("reqId", requestId);
    });

    private static void WriteMembers(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, string>> members)
    {
        json.WriteStartObject("errors");
        foreach (var member in members.GroupBy(member => member.Key, member => member.Value, StringComparer.Ordinal))
        {
            json.WriteStartArray(member.Key);
            foreach (var reason in member)
                json.WriteStringValue(reason);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}

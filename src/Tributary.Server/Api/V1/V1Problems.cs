using System.Globalization;
using System.Text.Json.Serialization;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Server.Api.V1;

/// <summary>An RFC 9457 problem as the native API writes it.</summary>
/// <param name="Type">Where the problem is explained, relative to the server.</param>
/// <param name="Title">The same for every problem of its type.</param>
/// <param name="Status">The HTTP status again.</param>
/// <param name="Detail">What is wrong with this request, for a developer.</param>
/// <param name="Code">The type as a word for programs; more are added over time.</param>
/// <param name="Field">The member, parameter or header to blame, as a dotted path.</param>
/// <param name="RequestId">To be quoted when asking for help; the same as the header <c>X-Request-Id</c>.</param>
internal sealed record ProblemAnswer(string Type, string Title, int Status, string Detail, string Code, string? Field, string RequestId)
{
    /// <summary>All members to blame, where there may be several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Fields { get; init; }
}

/// <summary>Every <see cref="ProblemCode"/> in the native API's words.</summary>
internal static class V1Problems
{
    public const string MediaType = "application/problem+json";

    private const int InFlightRetrySeconds = 1;

    /// <summary>What only the routing can find.</summary>
    public static readonly (int Status, string Word, string Title) MethodNotAllowed =
        (405, "method_not_allowed", "The resource does not take this method");

    public static ProblemAnswer Of(Problem problem, string requestId) => Of(Meaning(problem.Code), problem, requestId);

    public static Task WriteAsync(HttpContext http, Problem problem)
    {
        if (RetryAfterSeconds(problem.Code) is { } seconds && http.Response.Headers.RetryAfter.Count == 0)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (problem.Code == ProblemCode.Unauthenticated)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        return WriteAsync(http, Of(problem, http.TraceIdentifier));
    }

    /// <summary>For what the routing refused: a path or method that does not exist.</summary>
    public static Task WriteUnroutedAsync(HttpContext http) => WriteAsync(http, http.Response.StatusCode switch
    {
        StatusCodes.Status405MethodNotAllowed => Of(
            MethodNotAllowed, new Problem(ProblemCode.NotFound, "The header Allow lists the methods it takes."), http.TraceIdentifier),
        _ => Of(new Problem(ProblemCode.NotFound, "There is no such resource."), http.TraceIdentifier),
    });

    private static ProblemAnswer Of((int Status, string Word, string Title) meaning, Problem problem, string requestId) => new(
        $"/docs/problems#{meaning.Word}", meaning.Title, meaning.Status, problem.Detail, meaning.Word, problem.Field, requestId)
        {
            Fields = problem.Fields.Count > 0 ? problem.Fields : null,
        };

    private static async Task WriteAsync(HttpContext http, ProblemAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = MediaType;
        await http.Response.Body.WriteAsync(V1Json.Bytes(answer), http.RequestAborted);
    }

    public static (int Status, string Word, string Title) Meaning(ProblemCode code) => code switch
    {
        ProblemCode.Malformed => (400, "malformed", "The request cannot be read"),
        ProblemCode.UnsupportedMedia => (415, "unsupported_media_type", "The body is not of a kind this call takes"),
        ProblemCode.TooLarge => (413, "too_large", "The body is too large"),
        ProblemCode.MissingField => (422, "missing_field", "Something that is needed is missing"),
        ProblemCode.UnknownMember => (422, "unknown_member", "A member is not known here"),
        ProblemCode.DuplicateMember => (422, "duplicate_member", "A member stands there twice"),
        ProblemCode.InvalidValue => (422, "invalid_value", "A value is not of its kind"),
        ProblemCode.OutOfRange => (422, "out_of_range", "A value is out of its range"),
        ProblemCode.TooLong => (422, "too_long", "A value is too long"),
        ProblemCode.TooMany => (422, "too_many", "There are too many of them"),
        ProblemCode.AmountOutOfRange => (422, "amount_out_of_range", "An amount is beyond what can be counted"),
        ProblemCode.TimeOutOfRange => (422, "time_out_of_range", "A time is out of its range"),
        ProblemCode.CurrencyRefused => (422, "currency_refused", "The currency cannot be used"),
        ProblemCode.DestinationRefused => (422, "destination_refused", "The destination cannot be used"),
        ProblemCode.Unauthenticated => (401, "unauthenticated", "A valid secret key is needed"),
        ProblemCode.Forbidden => (403, "forbidden", "This key may not do that"),
        ProblemCode.ReauthenticationNeeded => (403, "reauthentication_needed", "Sign in again first"),
        ProblemCode.RateLimited => (429, "rate_limited", "Too many requests"),
        ProblemCode.ProgramPaused => (409, "program_paused", "The programme is paused"),
        ProblemCode.FeatureOff => (403, "feature_off", "The feature is switched off"),
        ProblemCode.NotFound => (404, "not_found", "There is no such thing"),
        ProblemCode.UnknownReference => (422, "unknown_reference", "A member names something that does not exist"),
        ProblemCode.Gone => (410, "gone", "It is gone"),
        ProblemCode.AlreadyExists => (409, "already_exists", "It exists already"),
        ProblemCode.Conflict => (409, "conflict", "The same id was used with other content"),
        ProblemCode.VersionConflict => (409, "version_conflict", "It was changed meanwhile"),
        ProblemCode.IdempotencyInFlight => (409, "idempotency_in_flight", "The first request with this key is still running"),
        ProblemCode.IdempotencyMismatch => (422, "idempotency_mismatch", "The idempotency key was used with another request"),
        ProblemCode.LimitReached => (409, "limit_reached", "A limit is reached"),
        ProblemCode.IllegalTransition => (409, "illegal_transition", "Its present state does not allow that"),
        ProblemCode.RefundExceedsOrder => (422, "refund_exceeds_order", "The refund is more than what remains of the order"),
        ProblemCode.OrderFullyRefunded => (409, "order_fully_refunded", "The order is wholly refunded already"),
        ProblemCode.NotAnOrder => (422, "not_an_order", "That is not an order"),
        ProblemCode.InsufficientBalance => (409, "insufficient_balance", "The balance is too small"),
        ProblemCode.CodeInvalid => (422, "code_invalid", "The referral code is not one"),
        ProblemCode.CodeNotYours => (403, "code_not_yours", "The referral code is another integrator's"),
        ProblemCode.OrderConflict => (409, "order_conflict", "The order is known with other values"),
        ProblemCode.CodeConflict => (409, "code_conflict", "The order is known with another code"),
        ProblemCode.EventConflict => (409, "event_conflict", "The stage is known by another transaction"),
        ProblemCode.StateConflict => (409, "state_conflict", "The order has gone the other way"),
        ProblemCode.CodeTaken => (409, "code_taken", "The code belongs to somebody else"),
        ProblemCode.HasCode => (409, "has_code", "The integrator has a code already"),
        ProblemCode.AmountMismatch => (409, "amount_mismatch", "The amount is not the sum of what it is for"),
        ProblemCode.Busy => (503, "busy", "The customer or order is busy"),
        ProblemCode.Unavailable => (503, "unavailable", "The database is not available"),
        ProblemCode.StorageFull => (507, "storage_full", "The server's disk is full"),
        ProblemCode.Internal => (500, "internal", "The server failed"),
    };

    private static int? RetryAfterSeconds(ProblemCode code) => code switch
    {
        ProblemCode.IdempotencyInFlight => InFlightRetrySeconds,
        ProblemCode.Busy or ProblemCode.Unavailable or ProblemCode.StorageFull => DatabaseFault.RetryAfterSeconds,
        _ => null,
    };
}

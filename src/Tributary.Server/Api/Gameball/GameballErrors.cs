using System.Globalization;
using Tributary.Primitives;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>A refusal in Gameball's words.</summary>
/// <param name="Code">Gameball's number; its thousands decide <see cref="Type"/>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">Lower case, without any value of the request.</param>
internal sealed record GameballError(int Code, int Status, string Message)
{
    /// <summary>Sent as <c>Retry-After</c> where trying again can help.</summary>
    public int? RetryAfterSeconds { get; init; }

    public string Type => (Code / 1000) switch
    {
        1 => "AUTHENTICATION_ERROR",
        3 => "PAYLOAD_ERROR",
        4 => "GENERAL_ERROR",
        5 => "SERVER_ERROR",
        6 => "CONFIGURATIONS_ERROR",
        7 => "CUSTOMER_ERROR",
        8 => "SUBSCRIPTION_ERROR",
        9 => "TRANSACTIONS_ERROR",
        _ => "REQUEST_ERROR",
    };
}

/// <summary>Every refusal this dialect knows, and which of them each of the engine's problems becomes.</summary>
internal static class GameballErrors
{
    /// <summary>The text is Gameball's, to the letter.</summary>
    public static readonly GameballError Unauthenticated =
        new(1000, 401, "Unauthorized access. Please authenticate to proceed.");

    public static readonly GameballError SecretNeeded = new(1001, 401, "a valid secret key is required");
    public static readonly GameballError VersionTooOld = new(1002, 403, "this version of the api is not allowed");
    public static readonly GameballError PlainHttp = new(1002, 403, "keys must not travel over plain http, use https");
    public static readonly GameballError NotCovered = new(1002, 403, "the credentials do not cover this call");
    public static readonly GameballError BodyMissing = new(3000, 400, "body is missing");
    public static readonly GameballError EventsMissing = new(3000, 400, "events are missing");
    public static readonly GameballError HostileText = new(3003, 422, "text holds characters that cannot be kept");
    public static readonly GameballError BodyTooLarge = new(3011, 413, "the body is too large");
    public static readonly GameballError WrongMedia = new(3013, 415, "the body must be json in utf-8");
    public static readonly GameballError Malformed = new(3016, 400, "malformed json");
    public static readonly GameballError RepeatedMember = new(3016, 400, "malformed json: a member is repeated");
    public static readonly GameballError BatchUnknown = new(4004, 404, "batch does not exist");
    public static readonly GameballError Bug = new(5000, 500, "something went wrong on our side, nothing was changed");
    public static readonly GameballError Paused = new(6000, 422, "the program is paused");
    public static readonly GameballError CustomerUnknown = new(7000, 404, "customer does not exist");
    public static readonly GameballError SwitchedOff = new(8000, 403, "this api is switched off for the program");
    public static readonly GameballError OrderUnknown = new(9005, 404, "transaction does not exist");
    public static readonly GameballError HoldUnknown = new(9006, 404, "points hold reference does not exist");

    public static readonly GameballError TimeOutOfRange =
        new(9007, 422, "a time lies too far in the future or before the year 2000");

    public static GameballError Missing(string member) => new(3000, 400, $"{Spaced(member)} is missing");

    public static GameballError Invalid(string member) =>
        new(3003, 422, $"invalid {member.ToLowerInvariant()} value");

    public static GameballError TooMany(string member) =>
        new(3011, 422, $"too many items in {member.ToLowerInvariant()}");

    public static GameballError WrongType(string member) =>
        new(3016, 400, $"malformed json: {member.ToLowerInvariant()} has a wrong type");

    /// <summary>The same id again, where the programme accepts no repetition.</summary>
    public static GameballError Known(string id) => new(9004, 422, $"{id} already exists");

    /// <summary>The same id again with other content; nothing was changed.</summary>
    public static GameballError KnownWithOther(string id, string member) =>
        new(9004, 422, $"{id} already exists with other {member.ToLowerInvariant()}");

    public static GameballError TooFast(int retryAfterSeconds) =>
        new(429, 429, "too many requests") { RetryAfterSeconds = retryAfterSeconds };

    public static GameballError Unreachable(int retryAfterSeconds) =>
        new(5003, 503, "temporarily unavailable, nothing was changed") { RetryAfterSeconds = retryAfterSeconds };

    public static GameballError From(WireDocumentFault fault) => fault switch
    {
        WireDocumentFault.Empty => BodyMissing,
        WireDocumentFault.Malformed => Malformed,
        WireDocumentFault.HostileText => HostileText,
        WireDocumentFault.RepeatedMember => RepeatedMember,
    };

    /// <summary>
    /// The engine's refusal in Gameball's words. <see cref="ProblemCode.NotFound"/> is the customer: of what a call names,
    /// only an order can be unknown besides, and that is an <see cref="ProblemCode.UnknownReference"/>.
    /// </summary>
    public static GameballError From(Problem problem) => problem.Code switch
    {
        ProblemCode.Malformed => Malformed,
        ProblemCode.UnsupportedMedia => WrongMedia,
        ProblemCode.TooLarge => BodyTooLarge,
        ProblemCode.MissingField => Missing(MemberOf(problem)),
        ProblemCode.UnknownMember => WrongType(MemberOf(problem)),
        ProblemCode.DuplicateMember => RepeatedMember,
        ProblemCode.InvalidValue or ProblemCode.OutOfRange or ProblemCode.TooLong or ProblemCode.AmountOutOfRange
            or ProblemCode.CurrencyRefused or ProblemCode.DestinationRefused or ProblemCode.CodeInvalid => Invalid(MemberOf(problem)),
        ProblemCode.TooMany => TooMany(MemberOf(problem)),
        ProblemCode.TimeOutOfRange => TimeOutOfRange,
        ProblemCode.Unauthenticated => Unauthenticated,
        ProblemCode.Forbidden or ProblemCode.ReauthenticationNeeded or ProblemCode.CodeNotYours => NotCovered,
        ProblemCode.RateLimited => TooFast(1),
        ProblemCode.ProgramPaused => Paused,
        ProblemCode.FeatureOff => SwitchedOff,
        ProblemCode.NotFound or ProblemCode.Gone => CustomerUnknown,
        ProblemCode.UnknownReference => OrderUnknown,
        ProblemCode.AlreadyExists or ProblemCode.Conflict or ProblemCode.VersionConflict
            or ProblemCode.IdempotencyMismatch or ProblemCode.OrderConflict or ProblemCode.CodeConflict or ProblemCode.EventConflict
            or ProblemCode.StateConflict or ProblemCode.CodeTaken or ProblemCode.HasCode or ProblemCode.AmountMismatch => KnownWithOther("transaction id", problem.Field ?? "content"),
        ProblemCode.IdempotencyInFlight or ProblemCode.Busy or ProblemCode.Unavailable
            or ProblemCode.StorageFull => Unreachable(2),
        ProblemCode.LimitReached => new(3011, 422, "a limit of the program is reached"),
        ProblemCode.IllegalTransition or ProblemCode.InsufficientBalance => new(3003, 422, "not possible in this state"),
        ProblemCode.RefundExceedsOrder or ProblemCode.OrderFullyRefunded =>
            new(9001, 422, "transaction is already refunded"),
        ProblemCode.NotAnOrder => new(9000, 422, "a refund cannot be reversed"),
        ProblemCode.Internal => Bug,
    };

    private static string MemberOf(Problem problem) => problem.Field ?? "body";

    /// <summary><c>customerId</c> → <c>customer id</c>.</summary>
    private static string Spaced(string member)
    {
        var words = new System.Text.StringBuilder(member.Length + 4);
        foreach (var letter in member)
        {
            if (char.IsAsciiLetterUpper(letter))
                words.Append(' ');
            words.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
        }
        return words.ToString();
    }
}

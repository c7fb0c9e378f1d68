using System.Text;
using Tributary.Primitives;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>A refusal in Partnero's shape.</summary>
/// <param name="Code">Stable, for machines.</param>
/// <param name="Message">A sentence for people, without any value of the request.</param>
/// <param name="Errors">Messages by member, as a dotted path; null where no member is to blame.</param>
internal sealed record PartneroError(
    int Status, string Code, string Message, IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors = null)
{
    /// <summary>Sent as <c>Retry-After</c> where trying again can help.</summary>
    public int? RetryAfterSeconds { get; init; }
}

/// <summary>Every refusal this dialect knows, and which of them each of the engine's problems becomes.</summary>
internal static class PartneroErrors
{
    public static readonly PartneroError Malformed = new(400, "malformed", "The body is not JSON.");
    public static readonly PartneroError NotAnObject = new(400, "malformed", "The body is not a JSON object.");
    public static readonly PartneroError RepeatedMember = new(400, "malformed", "A member of the body is repeated.");
    public static readonly PartneroError HostileText = new(422, "invalid", "The body holds text that cannot be kept.");
    public static readonly PartneroError Unauthenticated = new(401, "unauthenticated", "Unauthenticated.");
    public static readonly PartneroError Forbidden = new(403, "forbidden", "This key may not do this.");
    public static readonly PartneroError PlainHttp = new(403, "forbidden", "A key must not travel over plain HTTP; use https.");
    public static readonly PartneroError Paused = new(403, "forbidden", "The program is paused.");
    public static readonly PartneroError OtherType = new(403, "forbidden", "Programs of this type do not offer this call.");
    public static readonly PartneroError UnknownPath = new(404, "not_found", "There is no such endpoint.");
    public static readonly PartneroError NotFound = new(404, "not_found", "Not found.");
    public static readonly PartneroError WrongMethod = new(405, "method_not_allowed", "This method is not allowed here.");
    public static readonly PartneroError Timeout = new(408, "timeout", "The body did not arrive in time.");
    public static readonly PartneroError TooLarge = new(413, "too_large", "The body is too large.");
    public static readonly PartneroError Bug = new(500, "internal", "Something went wrong on our side.");

    /// <summary>A handle in a body names a partner that does not exist.</summary>
    public static readonly PartneroError UnknownPartner =
        new(400, "unknown_partner", "The partner does not exist.", Blame("partner", "The partner does not exist."));

    public static PartneroError Invalid(string field, string message) => Refuse("invalid", field, message);

    public static PartneroError Missing(string field) => Invalid(field, $"The {field} field is required.");

    /// <summary>422 with a code of its own and one member to blame.</summary>
    public static PartneroError Refuse(string code, string field, string message) => new(422, code, message, Blame(field, message));

    public static PartneroError KeyTaken(string field) => Refuse("key_taken", field, $"The {field} is already in use.");

    public static PartneroError EmailTaken(string field = "email") => Refuse("email_taken", field, $"The {field} is already in use.");

    public static PartneroError WrongState(string message) => new(400, "wrong_state", message);

    public static PartneroError Conflict(string message) => new(409, "conflict", message);

    public static PartneroError TooFast(int seconds) => new(429, "rate_limited", "Too many requests.") { RetryAfterSeconds = seconds };

    public static PartneroError Unavailable(int seconds) =>
        new(503, "unavailable", "Temporarily unavailable, nothing was changed.") { RetryAfterSeconds = seconds };

    public static PartneroError? From(WireDocumentFault fault) => fault switch
    {
        WireDocumentFault.Empty => null,
        WireDocumentFault.Malformed => Malformed,
        WireDocumentFault.HostileText => HostileText,
        WireDocumentFault.RepeatedMember => RepeatedMember,
    };

    /// <summary>The engine's refusal in Partnero's words.</summary>
    /// <param name="fieldOf">The dialect's own name of one of the engine's members, where it is not the same in snake case.</param>
    public static PartneroError From(Problem problem, Func<string, string>? fieldOf = null) => problem.Code switch
    {
        ProblemCode.Malformed or ProblemCode.UnsupportedMedia => Malformed,
        ProblemCode.DuplicateMember => RepeatedMember,
        ProblemCode.TooLarge when problem.Field is null => TooLarge,
        ProblemCode.TooLarge or ProblemCode.MissingField or ProblemCode.UnknownMember or ProblemCode.InvalidValue or ProblemCode.OutOfRange
            or ProblemCode.TooLong or ProblemCode.TooMany or ProblemCode.AmountOutOfRange or ProblemCode.TimeOutOfRange
            or ProblemCode.CurrencyRefused or ProblemCode.UnknownReference or ProblemCode.RefundExceedsOrder
            or ProblemCode.OrderFullyRefunded or ProblemCode.NotAnOrder or ProblemCode.InsufficientBalance or ProblemCode.CodeInvalid =>
            Blaming("invalid", problem, fieldOf),
        ProblemCode.DestinationRefused => Blaming("domain_not_allowed", problem, fieldOf),
        ProblemCode.LimitReached => Blaming("limit_reached", problem, fieldOf),
        ProblemCode.AlreadyExists => Blaming(problem.Field == "email" ? "email_taken" : "key_taken", problem, fieldOf),
        ProblemCode.Unauthenticated => Unauthenticated,
        ProblemCode.Forbidden or ProblemCode.ReauthenticationNeeded or ProblemCode.FeatureOff or ProblemCode.CodeNotYours => Forbidden,
        ProblemCode.ProgramPaused => Paused,
        ProblemCode.RateLimited => TooFast(1),
        ProblemCode.NotFound or ProblemCode.Gone => NotFound,
        ProblemCode.Conflict or ProblemCode.VersionConflict or ProblemCode.IdempotencyMismatch or ProblemCode.OrderConflict
            or ProblemCode.CodeConflict or ProblemCode.EventConflict or ProblemCode.StateConflict or ProblemCode.CodeTaken or ProblemCode.HasCode
            or ProblemCode.AmountMismatch => Conflict(problem.Detail),
        ProblemCode.IdempotencyInFlight => Conflict(problem.Detail) with { RetryAfterSeconds = 1 },
        ProblemCode.IllegalTransition => WrongState(problem.Detail),
        ProblemCode.Busy or ProblemCode.Unavailable or ProblemCode.StorageFull => Unavailable(1),
        ProblemCode.Internal => Bug,
    };

    private static PartneroError Blaming(string code, Problem problem, Func<string, string>? fieldOf)
    {
        if (problem.Field is not { } field)
            return new PartneroError(422, code, problem.Detail);
        return Refuse(code, fieldOf?.Invoke(field) ?? SnakeCase(field), problem.Detail);
    }

    private static Dictionary<string, IReadOnlyList<string>> Blame(string field, string message) => new() { [field] = [message] };

    private static string SnakeCase(string field)
    {
        var text = new StringBuilder(field.Length + 4);
        foreach (var letter in field)
        {
            if (char.IsAsciiLetterUpper(letter))
                text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }
        return text.ToString();
    }
}

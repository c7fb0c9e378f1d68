namespace Tributary.Server.Api.DeBridge;

/// <summary>Everything that this dialect refuses for; the list is closed.</summary>
internal enum DeBridgeFault
{
    InvalidInput,
    FeePercentNotSet,
    FeeRecipientNotSet,
    UnknownOrder,
    NotFound,
    Unauthorized,
    Forbidden,
    FeatureDisabled,
    MethodNotAllowed,
    TooLarge,
    UnsupportedType,
    TooManyRequests,
    UpstreamNotConfigured,
    UpstreamUnreachable,
    UpstreamBadAnswer,
    UpstreamTimeout,
    RecordingFailed,
    Unavailable,
    Internal,
}

/// <summary>A refusal, before it is written in the shape of the service that was asked.</summary>
internal sealed record DeBridgeError(DeBridgeFault Fault, string Message) : DeBridgeAnswer
{
    /// <summary>The parameter or member to blame.</summary>
    public string? Parameter { get; init; }

    /// <summary>What is wrong with which member of a body.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Members { get; init; } = [];

    public int? RetryAfterSeconds { get; init; }

    public static DeBridgeError UnknownPath { get; } = new(DeBridgeFault.NotFound, "There is nothing at this path.");

    public static DeBridgeError NoProgram { get; } = new(DeBridgeFault.NotFound, "No programme is reached by this address.");

    public static DeBridgeError WrongKey { get; } = new(DeBridgeFault.Unauthorized, "The key is missing, wrong, or of another programme.");

    public static DeBridgeError PlainHttp { get; } = new(DeBridgeFault.Unauthorized, "A key must not travel over plain HTTP; use https.");

    public static DeBridgeError Bug { get; } = new(DeBridgeFault.Internal, "Something went wrong here; support finds it by the request's id.");

    public static DeBridgeError NoUpstream { get; } = new(
        DeBridgeFault.UpstreamNotConfigured, $"The programme's setting debridge.upstream names none of the upstreams in {Gateway.DeBridgeUpstream.Variable}.");

    public static DeBridgeError UpstreamUnreachable { get; } = new(DeBridgeFault.UpstreamUnreachable, "The upstream cannot be reached.");

    public static DeBridgeError UpstreamBadAnswer { get; } = new(DeBridgeFault.UpstreamBadAnswer, "The upstream's answer is too large or leads elsewhere.");

    public static DeBridgeError UpstreamTimeout { get; } = new(DeBridgeFault.UpstreamTimeout, "The upstream does not answer.");

    public static DeBridgeError RecordingFailed { get; } =
        new(DeBridgeFault.RecordingFailed, "The order could not be recorded, so no transaction is handed out; try again.") { RetryAfterSeconds = 2 };

    public static DeBridgeError TooFast(int seconds) =>
        new(DeBridgeFault.TooManyRequests, "Too many requests; see the header Retry-After.") { RetryAfterSeconds = seconds };

    public static DeBridgeError Unavailable(int seconds) =>
        new(DeBridgeFault.Unavailable, "The database cannot be reached; try again in a moment.") { RetryAfterSeconds = seconds };

    public static DeBridgeError Invalid(string parameter, string reason) =>
        new(DeBridgeFault.InvalidInput, $"{parameter}: {reason}") { Parameter = parameter, Members = [new(parameter, reason)] };

    public static DeBridgeError NotFoundHere(string what) => new(DeBridgeFault.NotFound, what);
}

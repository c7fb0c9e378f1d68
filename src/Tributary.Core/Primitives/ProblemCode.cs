namespace Tributary.Primitives;

/// <summary>
/// Why an operation was refused, in words no dialect owns. Every face maps all of them to its own answers by one
/// exhaustive switch, so a new member is a compile error wherever an answer is missing.
/// </summary>
public enum ProblemCode
{
    // What was sent cannot be read.
    Malformed,
    UnsupportedMedia,
    TooLarge,
    MissingField,
    UnknownMember,
    DuplicateMember,
    InvalidValue,
    OutOfRange,
    TooLong,
    TooMany,
    AmountOutOfRange,
    TimeOutOfRange,
    CurrencyRefused,
    DestinationRefused,

    // Who asks.
    Unauthenticated,
    Forbidden,
    ReauthenticationNeeded,
    RateLimited,
    ProgramPaused,
    FeatureOff,

    // What it names.
    NotFound,

    /// <summary>A member names something that does not exist, while the request's own subject does.</summary>
    UnknownReference,
    Gone,

    // What is already there.
    AlreadyExists,

    /// <summary>The same id again with other content; nothing was changed.</summary>
    Conflict,

    /// <summary>Somebody else changed it since the caller looked.</summary>
    VersionConflict,
    IdempotencyInFlight,
    IdempotencyMismatch,
    LimitReached,
    IllegalTransition,

    // Orders and money.
    RefundExceedsOrder,
    OrderFullyRefunded,

    /// <summary>The refund names something that is itself a refund.</summary>
    NotAnOrder,
    InsufficientBalance,

    // Orders on chains and codes of integrators.
    CodeInvalid,
    CodeNotYours,
    OrderConflict,
    CodeConflict,
    EventConflict,
    StateConflict,
    CodeTaken,
    HasCode,
    AmountMismatch,

    // Us.
    Busy,
    Unavailable,
    StorageFull,
    Internal,
}

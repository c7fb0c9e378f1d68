namespace Tributary.Storage;

/// <summary>Who asks for an operation, as the audit log and the ledger write it down.</summary>
/// <param name="Actor"><c>key:17</c>, <c>person:5</c>, <c>job:approval</c> or <c>cli</c>.</param>
/// <param name="Trusted">Whether a secret was presented.</param>
/// <param name="Address">The caller's address, already truncated.</param>
public sealed record Caller(string Actor, bool Trusted, string? Address = null, string? RequestId = null)
{
    /// <summary>Set where the request carried an idempotency key.</summary>
    public IdempotencyRequest? Idempotency { get; init; }

    /// <summary>When the call came, where it is carried out later; null: now.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>Set where the operation is an item of a batch.</summary>
    public BatchItemClaim? BatchItem { get; init; }
}

/// <summary>
/// One use of an idempotency key. The answer is kept in the transaction of its effect, so it is rendered before the commit.
/// </summary>
/// <param name="KeyHash">SHA-256 of the key: callers put into keys what is nobody else's business.</param>
/// <param name="Render">Turns the operation's success value into the answer that is kept: status and body.</param>
public sealed record IdempotencyRequest(long ProgramId, long KeyId, string Route, byte[] KeyHash, byte[] BodyHash, Func<object, KeptAnswer> Render)
{
    /// <summary>Set by the operation where the key was used before with the same body: send this, nothing was done now.</summary>
    public KeptAnswer? Replayed { get; set; }
}

public sealed record KeptAnswer(int Status, byte[] Body);

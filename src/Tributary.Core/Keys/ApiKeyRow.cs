namespace Tributary.Keys;

/// <summary>A row of <c>api_keys</c> as Dapper reads it.</summary>
internal sealed record ApiKeyRow
{
    /// <summary>To be selected from <c>api_keys k</c>.</summary>
    public const string Columns = """
        k.key_id, k.program_id, k.kind, k.public_id, k.token_hash, k.last4, k.name, k.scopes, k.referrer_id,
        k.sealed_token, k.created_at, k.last_used_at, k.expires_at, k.revoked_at
        """;

    public long KeyId { get; init; }
    public long ProgramId { get; init; }
    public required string Kind { get; init; }
    public required string PublicId { get; init; }
    public required byte[] TokenHash { get; init; }
    public required string Last4 { get; init; }
    public required string Name { get; init; }
    public required string[] Scopes { get; init; }
    public long? ReferrerId { get; init; }
    public byte[]? SealedToken { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    public ApiKey ToKey() => new(
        KeyId, ProgramId, KindOf(Kind), PublicId, Last4, Name, Scopes, ReferrerId, CreatedAt, LastUsedAt, ExpiresAt, RevokedAt);

    public static string WordOf(ApiKeyKind kind) => kind switch
    {
        ApiKeyKind.Secret => "secret",
        ApiKeyKind.Publishable => "publishable",
        ApiKeyKind.GameballApi => "gameball_api",
        ApiKeyKind.GameballSecret => "gameball_secret",
    };

    private static ApiKeyKind KindOf(string word) => word switch
    {
        "secret" => ApiKeyKind.Secret,
        "publishable" => ApiKeyKind.Publishable,
        "gameball_api" => ApiKeyKind.GameballApi,
        "gameball_secret" => ApiKeyKind.GameballSecret,
        _ => throw new InvalidOperationException("A kind of key that this release does not know."),
    };
}

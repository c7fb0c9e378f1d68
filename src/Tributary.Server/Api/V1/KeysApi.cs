using Tributary.Keys;

namespace Tributary.Server.Api.V1;

/// <summary>API keys of the programme. A token is answered once, when it is made.</summary>
internal static class KeysApi
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/keys", ListAsync).ForSecrets(KeyScopes.Manage)
            .Describe("listKeys", "All keys, revoked ones too");
        routes.MapPost("/keys", CreateAsync).ForSecrets(KeyScopes.Manage)
            .Describe("createKey", "Make a key; its token is shown once", StatusCodes.Status201Created);
        routes.MapGet("/keys/{keyId}", GetAsync).ForSecrets(KeyScopes.Manage)
            .Describe("getKey", "One key");
        routes.MapPost("/keys/{keyId}/rotate", RotateAsync).ForSecrets(KeyScopes.Manage)
            .Describe("rotateKey", "Make a key like this one, which goes on working for the overlap", StatusCodes.Status201Created);
        routes.MapDelete("/keys/{keyId}", RevokeAsync).ForSecrets(KeyScopes.Manage)
            .Describe("revokeKey", "Revoke a key: refused from now on, within a second on every node");
    }

    private static async Task<Answer<ListAnswer<KeyAnswer>>> ListAsync(Call call, Paging page, ApiKeys keys, CancellationToken ct) =>
        ListAnswer<KeyAnswer>.Of(await keys.ListAsync(call.Program, page.Request, ct), KeyAnswer.Of);

    private static async Task<Answer<KeyAnswer>> GetAsync(Call call, PathText keyId, ApiKeys keys, CancellationToken ct) =>
        (await keys.FindAsync(call.Program, keyId.Value, ct)).OrNotFound(KeyAnswer.Of, "key");

    private static Task<Answer<MintedKeyAnswer>> CreateAsync(Call call, Body<KeyBody> body, ApiKeys keys, CancellationToken ct)
    {
        var wanted = body.Value;
        var made = new NewKey(wanted.Kind, wanted.Name, wanted.Scopes, wanted.ReferrerId, wanted.ExpiresAt, wanted.Value);
        return call.RunAsync(
            caller => keys.CreateAsync(call.Program, made, call.Key.Scopes, caller, ct),
            MintedKeyAnswer.Of,
            StatusCodes.Status201Created,
            answer => answer with { Token = null },
            body.Bytes);
    }

    private static Task<Answer<MintedKeyAnswer>> RotateAsync(
        Call call, PathText keyId, Body<RotationBody> body, ApiKeys keys, CancellationToken ct)
    {
        var overlap = body.Value.OverlapSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : ApiKeys.UsualOverlap;
        return call.RunAsync(
            caller => keys.RotateAsync(call.Program, keyId.Value, overlap, call.Key.Scopes, caller, ct),
            MintedKeyAnswer.Of,
            StatusCodes.Status201Created,
            answer => answer with { Token = null },
            body.Bytes);
    }

    private static async Task<Answer<KeyAnswer>> RevokeAsync(Call call, PathText keyId, ApiKeys keys, CancellationToken ct) =>
        (await keys.RevokeAsync(call.Program, keyId.Value, call.Caller, ct)).Map(KeyAnswer.Of);
}

/// <param name="Last4">The end of the token, by which a person recognises it.</param>
/// <param name="Scopes">What a secret may do: read, write, manage, programs.</param>
/// <param name="ReferrerId">The one referrer whose things are all this key meets; null: the whole programme's.</param>
/// <param name="LastUsedAt">To the minute.</param>
internal sealed record KeyAnswer(
    string Id,
    ApiKeyKind Kind,
    string Name,
    string Last4,
    IReadOnlyList<string> Scopes,
    long? ReferrerId,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt)
{
    public static KeyAnswer Of(ApiKey key) => new(
        key.PublicId, key.Kind, key.Name, key.Last4, key.Scopes, key.ReferrerId, key.CreatedAt, key.LastUsedAt, key.ExpiresAt, key.RevokedAt);
}

/// <param name="Token">The key itself. Null where the answer is repeated for an idempotency key: it is not kept.</param>
internal sealed record MintedKeyAnswer(KeyAnswer Key, string? Token)
{
    public static MintedKeyAnswer Of(MintedKey minted) => new(KeyAnswer.Of(minted.Key), minted.Token);
}

internal sealed record KeyBody
{
    public required ApiKeyKind Kind { get; init; }
    public string? Name { get; init; }

    /// <summary>Of a secret: read, write, manage, programs. Left out: the first three.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Binds a secret to one referrer.</summary>
    public long? ReferrerId { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Half of an existing Gameball pair to be taken over: 20 to 128 printable ASCII characters.</summary>
    public string? Value { get; init; }
}

internal sealed record RotationBody
{
    /// <summary>How long the old key goes on working: 0 to 2592000, left out 86400.</summary>
    public int? OverlapSeconds { get; init; }
}

using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Keys;

/// <summary>Makes a key inside the transaction of whatever needs one: of its own, of a rotation, of a new programme.</summary>
internal static class KeyMinting
{
    private const int PublicIdDigits = 20;

    // Whoever makes keys of a programme takes turns, so that the counts below hold until the commit.
    private const string LockSql = "select 1 from programs where program_id = @programId for no key update";

    private const string CountSql = """
        select count(*) as living, count(*) filter (where kind = 'gameball_secret') as gameball_secrets
        from api_keys
        where program_id = @programId and revoked_at is null and (expires_at is null or expires_at > @now)
        """;

    private const string ReferrerSql = """
        select exists (select from referrers where program_id = @programId and referrer_id = @referrerId)
        """;

    private const string InsertSql = $"""
        insert into api_keys as k
          (program_id, kind, public_id, token_hash, last4, name, scopes, referrer_id, sealed_token, created_at, expires_at)
        values
          (@programId, @kind, @publicId, @hash, @last4, @name, @scopes, @referrerId, @sealedToken, @now, @expiresAt)
        on conflict do nothing
        returning {ApiKeyRow.Columns}
        """;

    public static async Task<Outcome<MintedKey>> MintAsync(
        Transaction tx, ProgramMode mode, NewKey wanted, ISecretSealer sealer, CancellationToken ct)
    {
        if (await CheckRoomAsync(tx, wanted, ct) is { } full)
            return full;
        if (wanted.ReferrerId is { } referrer && !await ReferrerExistsAsync(tx, referrer, ct))
            return new Problem(ProblemCode.UnknownReference, "No such referrer.", "referrerId");
        var (token, hash) = TokenOf(wanted, mode);
        var row = await InsertAsync(tx, wanted, token, hash, sealer, ct);
        if (row is null)
            return new Problem(ProblemCode.AlreadyExists, "This value is a key of this server already.", "value");
        var key = row.ToKey();
        tx.Audit("key.created", ApiKeys.Subject(key.PublicId), null, AuditOf(key));
        ChangeFeed.Announce(tx);
        return new MintedKey(key, token);
    }

    private static async Task<Problem?> CheckRoomAsync(Transaction tx, NewKey wanted, CancellationToken ct)
    {
        await tx.Connection.ExecuteAsync(new CommandDefinition(LockSql, new { programId = tx.ProgramId }, cancellationToken: ct));
        var (living, gameballSecrets) = await tx.Connection.QuerySingleAsync<(long, long)>(
            new CommandDefinition(CountSql, new { programId = tx.ProgramId, now = tx.Now }, cancellationToken: ct));
        if (living >= ApiKeys.MostLiving)
            return new Problem(ProblemCode.LimitReached, $"A programme has at most {ApiKeys.MostLiving} living keys.");
        return wanted.Kind == ApiKeyKind.GameballSecret && gameballSecrets >= ApiKeys.MostGameballSecrets
            ? new Problem(ProblemCode.LimitReached, "Two secrets of the pair are valid already; revoke one first.")
            : null;
    }

    private static Task<bool> ReferrerExistsAsync(Transaction tx, long referrerId, CancellationToken ct) =>
        tx.Connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(ReferrerSql, new { programId = tx.ProgramId, referrerId }, cancellationToken: ct));

    private static (string Token, byte[] Hash) TokenOf(NewKey wanted, ProgramMode mode)
    {
        if (wanted.Kind is ApiKeyKind.Secret or ApiKeyKind.Publishable)
        {
            var native = ApiKeyToken.Mint(wanted.Kind, mode);
            return (native.Text, native.Hash());
        }
        var value = wanted.Value ?? GameballValue.Mint();
        return (value, GameballValue.Hash(value));
    }

    private static Task<ApiKeyRow?> InsertAsync(
        Transaction tx, NewKey wanted, string token, byte[] hash, ISecretSealer sealer, CancellationToken ct)
    {
        var arguments = new
        {
            programId = tx.ProgramId,
            kind = ApiKeyRow.WordOf(wanted.Kind),
            publicId = "key_" + Base62.Random(PublicIdDigits),
            hash,
            last4 = token[^4..],
            name = wanted.Name ?? "",
            scopes = KeyRules.ScopesOf(wanted).ToArray(),
            referrerId = wanted.ReferrerId,
            sealedToken = wanted.Kind == ApiKeyKind.GameballSecret ? sealer.Seal(token) : null,
            now = tx.Now,
            expiresAt = wanted.ExpiresAt,
        };
        return tx.Connection.QuerySingleOrDefaultAsync<ApiKeyRow>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct));
    }

    private static JsonObject AuditOf(ApiKey key) => new()
    {
        ["kind"] = ApiKeyRow.WordOf(key.Kind),
        ["name"] = key.Name,
        ["last4"] = key.Last4,
        ["scopes"] = new JsonArray([.. key.Scopes.Select(scope => (JsonNode)scope)]),
        ["referrerId"] = key.ReferrerId,
        ["expiresAt"] = key.ExpiresAt?.ToString("O"),
    };
}

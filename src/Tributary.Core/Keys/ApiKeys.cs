using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Keys;

/// <summary>A key to be made. Null members take what is usual for its kind.</summary>
/// <param name="ReferrerId">Binds a secret to one referrer, whose things are then all it sees and writes.</param>
/// <param name="Value">Only for the halves of a Gameball pair: an existing value to be taken over; null: minted.</param>
public sealed record NewKey(
    ApiKeyKind Kind,
    string? Name = null,
    IReadOnlyList<string>? Scopes = null,
    long? ReferrerId = null,
    DateTimeOffset? ExpiresAt = null,
    string? Value = null);

/// <summary>A key just made, with its token, which nobody can read again.</summary>
public sealed record MintedKey(ApiKey Key, string Token);

/// <summary>Makes, lists, rotates and revokes the keys of a programme.</summary>
public sealed class ApiKeys(Database database, Transactions transactions, ChangeFeed feed, ISecretSealer sealer)
{
    /// <summary>Keys of one programme that are neither revoked nor expired.</summary>
    public const int MostLiving = 10_000;

    /// <summary>Secrets of a Gameball pair valid at a time: the present one and the one it replaces.</summary>
    public const int MostGameballSecrets = 2;

    public static readonly TimeSpan UsualOverlap = TimeSpan.FromHours(24);
    public static readonly TimeSpan MostOverlap = TimeSpan.FromDays(30);

    private const string ListSql = $"""
        select {ApiKeyRow.Columns} from api_keys k
        where k.program_id = @programId and k.key_id > @after
        order by k.key_id limit @most
        """;

    private const string FindSql = $"""
        select {ApiKeyRow.Columns} from api_keys k
        where k.program_id = @programId and k.public_id = @publicId
        """;

    private const string RevokeSql = $"""
        update api_keys k set revoked_at = coalesce(revoked_at, @now)
        where k.program_id = @programId and k.public_id = @publicId
        returning {ApiKeyRow.Columns}
        """;

    private const string ExpireSql = """
        update api_keys set expires_at = least(coalesce(expires_at, @at), @at)
        where program_id = @programId and key_id = @keyId
        """;

    public async Task<Page<ApiKey>> ListAsync(ReferralProgram program, PageRequest page, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId = program.Id, after = page.After?.Id ?? 0, most = page.Size + 1 };
        var rows = await connection.QueryAsync<ApiKeyRow>(new CommandDefinition(ListSql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToKey())], key => new Cursor(key.Number, key.Number));
    }

    public async Task<ApiKey?> FindAsync(ReferralProgram program, string publicId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId = program.Id, publicId };
        var row = await connection.QuerySingleOrDefaultAsync<ApiKeyRow>(new CommandDefinition(FindSql, arguments, cancellationToken: ct));
        return row?.ToKey();
    }

    /// <param name="grantable">Scopes that the caller may hand on; nobody gives more than they have.</param>
    public async Task<Outcome<MintedKey>> CreateAsync(
        ReferralProgram program, NewKey wanted, IReadOnlyList<string> grantable, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (KeyRules.Check(wanted, grantable) is { } refusal)
            return refusal;
        var outcome = await transactions.RunAsync(
            program.Id,
            caller,
            async (tx, stop) =>
            {
                if (KeyRules.CheckTimes(wanted, tx.Now) is { } late)
                    return late;
                return await KeyMinting.MintAsync(tx, program.Mode, wanted, sealer, stop);
            },
            ct);
        return Told(program, outcome);
    }

    /// <summary>A new key like this one; the old one goes on working for the overlap, so that callers can change over.</summary>
    public async Task<Outcome<MintedKey>> RotateAsync(
        ReferralProgram program, string publicId, TimeSpan overlap, IReadOnlyList<string> grantable, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (overlap < TimeSpan.Zero || overlap > MostOverlap)
            return new Problem(ProblemCode.OutOfRange, "The overlap is 0 to 30 days.", "overlapSeconds");
        var outcome = await transactions.RunAsync(
            program.Id, caller, (tx, stop) => RotateAsync(tx, program, publicId, overlap, grantable, stop), ct);
        return Told(program, outcome);
    }

    /// <summary>Refused at once on this node and within a second on every other. Revoking twice changes nothing.</summary>
    public async Task<Outcome<ApiKey>> RevokeAsync(ReferralProgram program, string publicId, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        var outcome = await transactions.RunAsync<ApiKey>(
            program.Id,
            caller,
            async (tx, stop) =>
            {
                var arguments = new { programId = tx.ProgramId, publicId, now = tx.Now };
                var row = await tx.Connection.QuerySingleOrDefaultAsync<ApiKeyRow>(
                    new CommandDefinition(RevokeSql, arguments, cancellationToken: stop));
                if (row is null)
                    return NotFound;
                tx.Audit("key.revoked", Subject(publicId), null, null);
                ChangeFeed.Announce(tx);
                return row.ToKey();
            },
            ct);
        return Told(program, outcome);
    }

    private async Task<Outcome<MintedKey>> RotateAsync(
        Transaction tx, ReferralProgram program, string publicId, TimeSpan overlap, IReadOnlyList<string> grantable, CancellationToken ct)
    {
        var row = await tx.Connection.QuerySingleOrDefaultAsync<ApiKeyRow>(
            new CommandDefinition(FindSql + " for update", new { programId = tx.ProgramId, publicId }, cancellationToken: ct));
        if (row is null)
            return NotFound;
        var old = row.ToKey();
        if (!old.IsUsable(tx.Now))
            return new Problem(ProblemCode.IllegalTransition, "This key is revoked or expired; create a new one instead.");
        if (KeyRules.CheckScopes(old.Scopes, grantable) is { } refusal)
            return refusal;
        var at = tx.Now + overlap;
        await tx.Connection.ExecuteAsync(
            new CommandDefinition(ExpireSql, new { programId = tx.ProgramId, keyId = old.Number, at }, cancellationToken: ct));
        tx.Audit("key.rotated", Subject(publicId), null, new JsonObject { ["oldExpiresAt"] = at.ToString("O") });
        var wanted = new NewKey(old.Kind, old.Name, old.Scopes, old.ReferrerId, old.ExpiresAt);
        return await KeyMinting.MintAsync(tx, program.Mode, wanted, sealer, ct);
    }

    private Outcome<T> Told<T>(ReferralProgram program, Outcome<T> outcome)
    {
        if (outcome.Succeeded)
            feed.Forget(program.Id);
        return outcome;
    }

    internal static string Subject(string publicId) => $"key:{publicId}";

    private static Problem NotFound => new(ProblemCode.NotFound, "No such key.");
}

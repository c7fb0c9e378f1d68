using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Keys;

/// <summary>Who presented a key: the key and its programme, as they were at most a second ago.</summary>
public sealed record PresentedKey(ApiKey Key, ReferralProgram Program);

/// <summary>A secret of a Gameball pair that is valid now, with the value that tokens and signatures are made with.</summary>
public sealed record GameballSecret(ApiKey Key, string Value);

/// <summary>
/// Finds keys by what a request presents, from memory where possible. A key that was revoked here is refused at once, on
/// other nodes within a second (promises.md R24). Asks the database only for text that can be a key at all.
/// </summary>
public sealed class KeyDirectory(Database database, ChangeFeed feed, KeyUsage usage, ISecretSealer sealer, TimeProvider clock)
{
    /// <summary>Keys in memory; one takes about a kilobyte.</summary>
    private const int MostKeys = 20_000;

    private const string FindSql = $"""
        select {ApiKeyRow.Columns}, {ProgramRow.Columns}
        from api_keys k join programs p on p.program_id = k.program_id
        where k.token_hash = @hash and k.kind <> 'gameball_secret'
        """;

    private const string SecretsSql = $"""
        select {ApiKeyRow.Columns}
        from api_keys k
        where k.program_id = @programId and k.kind = 'gameball_secret' and k.revoked_at is null
          and (k.expires_at is null or k.expires_at > @now)
        order by k.key_id desc
        """;

    private readonly ChangeCache<string, PresentedKey> keys = new(feed, MostKeys, found => found.Program.Id, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> met = new(StringComparer.Ordinal);
    private readonly ChangeCache<long, SecretsOfProgram> secrets = new(feed, MostKeys, found => found.ProgramId);

    /// <summary>The living key of a native token; null for anything else.</summary>
    public ValueTask<PresentedKey?> FindAsync(string? token, CancellationToken ct) =>
        ApiKeyToken.TryParse(token, out var parsed) ? FindByHashAsync(parsed.Hash(), ct) : default;

    /// <summary>As <see cref="FindAsync"/>, from memory alone: false says nothing.</summary>
    public bool TryRecall(string? token, [NotNullWhen(true)] out PresentedKey? found)
    {
        found = null;
        return ApiKeyToken.TryParse(token, out var parsed)
            && keys.TryRecall(Convert.ToBase64String(parsed.Hash()), out found)
            && Use(found.Key) is not null;
    }

    /// <summary>Whether this token was a key once since the node started: then it is worth a look into the database.</summary>
    public bool HasMet(string? token) => ApiKeyToken.TryParse(token, out var parsed) && met.ContainsKey(Convert.ToBase64String(parsed.Hash()));

    /// <summary>The living key of a Gameball <c>APIKey</c> header: the publishable half of a pair, or a native publishable key.</summary>
    public async ValueTask<PresentedKey?> FindGameballApiKeyAsync(string? value, CancellationToken ct)
    {
        if (!GameballValue.IsPossible(value))
            return null;
        var found = await FindByHashAsync(GameballValue.Hash(value), ct);
        return found is { Key.Kind: ApiKeyKind.GameballApi or ApiKeyKind.Publishable } ? found : null;
    }

    /// <summary>The living key of a Gameball <c>SecretKey</c> header, if it belongs to the programme: of a pair, or a native secret.</summary>
    public async ValueTask<ApiKey?> FindGameballSecretAsync(ReferralProgram program, string? value, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (!GameballValue.IsPossible(value))
            return null;
        if (ApiKeyToken.TryParse(value, out var native))
            return await FindNativeSecretAsync(program, native, ct);
        var hash = GameballValue.Hash(value);
        var known = await secrets.FindAsync(program.Id, LoadSecretsAsync, ct);
        var match = known!.Rows.FirstOrDefault(row => CryptographicOperations.FixedTimeEquals(row.TokenHash, hash));
        return match is null ? null : Use(match.ToKey());
    }

    /// <summary>The programme's valid Gameball secrets in plain text, newest first: what signatures and session tokens are made with.</summary>
    public async ValueTask<IReadOnlyList<GameballSecret>> GameballSecretsAsync(ReferralProgram program, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        var now = clock.GetUtcNow();
        var known = await secrets.FindAsync(program.Id, LoadSecretsAsync, ct);
        return
        [
            .. from row in known!.Rows
               let key = row.ToKey()
               where key.IsUsable(now) && row.SealedToken is not null
               select new GameballSecret(key, sealer.Open(row.SealedToken!)),
        ];
    }

    private async ValueTask<ApiKey?> FindNativeSecretAsync(ReferralProgram program, ApiKeyToken token, CancellationToken ct)
    {
        var found = token.Kind == ApiKeyKind.Secret ? await FindByHashAsync(token.Hash(), ct) : null;
        return found is { Key.ReferrerId: null } && found.Program.Id == program.Id ? found.Key : null;
    }

    private async ValueTask<PresentedKey?> FindByHashAsync(byte[] hash, CancellationToken ct)
    {
        var name = Convert.ToBase64String(hash);
        var found = await keys.FindAsync(name, (_, stop) => LoadAsync(hash, stop), ct);
        if (found is not null && met.Count < MostKeys)
            met.TryAdd(name, 0);
        return found is not null && Use(found.Key) is not null ? found : null;
    }

    private ApiKey? Use(ApiKey key)
    {
        var now = clock.GetUtcNow();
        if (!key.IsUsable(now))
            return null;
        usage.Note(key.Number, now);
        return key;
    }

    private async Task<PresentedKey?> LoadAsync(byte[] hash, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<ApiKeyRow, ProgramRow, PresentedKey>(
            new CommandDefinition(FindSql, new { hash }, cancellationToken: ct),
            (key, program) => new PresentedKey(key.ToKey(), program.ToProgram()),
            splitOn: "program_id");
        return rows.SingleOrDefault();
    }

    private async Task<SecretsOfProgram?> LoadSecretsAsync(long programId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var now = clock.GetUtcNow();
        var rows = await connection.QueryAsync<ApiKeyRow>(new CommandDefinition(SecretsSql, new { programId, now }, cancellationToken: ct));
        return new SecretsOfProgram(programId, [.. rows]);
    }

    private sealed record SecretsOfProgram(long ProgramId, IReadOnlyList<ApiKeyRow> Rows);
}

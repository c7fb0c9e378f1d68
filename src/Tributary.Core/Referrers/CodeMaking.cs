using Dapper;
using Npgsql;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Referrers;

/// <summary>Makes a code inside the transaction of whatever needs one.</summary>
internal static class CodeMaking
{
    /// <summary>Codes of one referrer, retired ones too.</summary>
    public const int MostPerReferrer = 1_000;

    public const string SelectSql = """
        select k.code_id, k.referrer_id, r.state as referrer_state, k.code, k.state, k.expires_at, k.created_at
        from codes k
        join referrers r on r.program_id = k.program_id and r.referrer_id = k.referrer_id
        """;

    private const string CountSql = "select count(*) from codes where program_id = @programId and referrer_id = @referrerId and kind = 'code' and not of_link";

    private const string FindSql = $"{SelectSql} where k.program_id = @programId and k.code_id = @codeId and k.kind = 'code'";

    private const string InsertSql = """
        insert into codes (program_id, referrer_id, code, canonical, folded, expires_at, created_at)
        values (@programId, @referrerId, @code, @canonical, @folded, @expiresAt, @now)
        on conflict (program_id, canonical) do update
        set kind = 'code', code = excluded.code, folded = excluded.folded, created_at = excluded.created_at
        where codes.kind = 'id' and codes.referrer_id = excluded.referrer_id
        returning code_id
        """;

    // Two generated codes must not look alike to somebody who types one of them.
    private const string InsertGeneratedSql = """
        insert into codes (program_id, referrer_id, code, canonical, folded, expires_at, created_at)
        select @programId, @referrerId, @code, @canonical, @folded, @expiresAt, @now
        where not exists (select from codes where program_id = @programId and folded = @folded and kind = 'code')
        on conflict do nothing
        returning code_id
        """;

    public static async Task<Outcome<ReferrerCode>> AddAsync(
        Transaction tx, ReferralProgram program, NewCode wanted, CancellationToken ct)
    {
        if (wanted.ExpiresAt <= tx.Now)
            return new Problem(ProblemCode.TimeOutOfRange, "The time of expiry has passed already.", "expiresAt");
        var count = await tx.Connection.ExecuteScalarAsync<long>(new CommandDefinition(
            CountSql, new { programId = tx.ProgramId, referrerId = wanted.ReferrerId }, cancellationToken: ct));
        if (count >= MostPerReferrer)
            return new Problem(ProblemCode.LimitReached, $"A referrer has at most {MostPerReferrer} codes.");
        return wanted.Chosen is null ? await GenerateAsync(tx, program, wanted, ct) : await ChooseAsync(tx, program, wanted, ct);
    }

    public static async Task<ReferrerCode?> FindAsync(NpgsqlConnection connection, string sql, object arguments, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<CodeRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return row?.ToCode();
    }

    private static async Task<Outcome<ReferrerCode>> ChooseAsync(Transaction tx, ReferralProgram program, NewCode wanted, CancellationToken ct)
    {
        var read = wanted.AsLinkToken
            ? LinkKeys.Check(wanted.Chosen, await LinkKeys.ReservedInAsync(tx.Connection, program, ct), "code")
            : CodeText.Check(wanted.Chosen);
        if (!read.TryGet(out var code, out var problem))
            return problem;
        return await InsertAsync(tx, InsertSql, wanted, code, wanted.ExpiresAt, ct) is { } made
            ? made
            : new Problem(ProblemCode.AlreadyExists, "This code is or was somebody's; codes are not used again.", "code");
    }

    private static async Task<Outcome<ReferrerCode>> GenerateAsync(
        Transaction tx, ReferralProgram program, NewCode wanted, CancellationToken ct)
    {
        if (wanted.ReadAs is { } name && await GenerateFromAsync(tx, wanted, name, ct) is { } readable)
            return readable;
        var settings = program.Settings.Codes;
        var expiresAt = wanted.ExpiresAt ?? (settings.LifeDays is { } days ? tx.Now.AddDays(days) : null);
        for (var attempt = 0; attempt < CodeGenerator.MostAttempts; attempt++)
        {
            var code = CodeGenerator.Secure.Next(settings.Prefix, settings.Length);
            if (await InsertAsync(tx, InsertGeneratedSql, wanted, code, expiresAt, ct) is { } made)
                return made;
        }
        return new Problem(ProblemCode.LimitReached, "No free code was found; make codes longer in the settings.", "code");
    }

    /// <summary>A code that people know to be somebody's; null where the name has nothing to make one of, or too many share it.</summary>
    private static async Task<ReferrerCode?> GenerateFromAsync(Transaction tx, NewCode wanted, string name, CancellationToken ct)
    {
        for (var attempt = 0; attempt < CodeGenerator.MostAttempts; attempt++)
        {
            if (CodeGenerator.Secure.NextFrom(name, attempt) is not { } code)
                return null;
            if (await InsertAsync(tx, InsertGeneratedSql, wanted, code, wanted.ExpiresAt, ct) is { } made)
                return made;
        }
        return null;
    }

    private static async Task<ReferrerCode?> InsertAsync(
        Transaction tx, string sql, NewCode wanted, string code, DateTimeOffset? expiresAt, CancellationToken ct)
    {
        CodeText.TryCanonical(code, out var canonical);
        var arguments = new
        {
            programId = tx.ProgramId,
            referrerId = wanted.ReferrerId,
            code,
            canonical,
            folded = CodeText.TryFold(code, out var folded) ? folded : canonical,
            expiresAt,
            now = tx.Now,
        };
        var codeId = await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return codeId is null
            ? null
            : await FindAsync(tx.Connection, FindSql, new { programId = tx.ProgramId, codeId }, ct);
    }
}

/// <summary>A row of <c>codes</c> as Dapper reads it.</summary>
internal sealed record CodeRow
{
    public long CodeId { get; init; }
    public long ReferrerId { get; init; }
    public required string ReferrerState { get; init; }
    public required string Code { get; init; }
    public required string State { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    public ReferrerCode ToCode() => new(CodeId, ReferrerId, ReferrerState, Code, State == "retired", ExpiresAt, CreatedAt);
}

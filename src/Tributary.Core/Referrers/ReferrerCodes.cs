using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Referrers;

/// <summary>A code of a referrer, as it was written.</summary>
/// <param name="ReferrerState">Of its referrer: only an active one earns.</param>
public sealed record ReferrerCode(
    long CodeId,
    long ReferrerId,
    string ReferrerState,
    string Code,
    bool Retired,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt)
{
    public bool IsUsable(DateTimeOffset now) => !Retired && (ExpiresAt is not { } end || now < end) && ReferrerState == "active";
}

/// <summary>A code to be made.</summary>
/// <param name="Chosen">Its text; null: generated.</param>
/// <param name="ExpiresAt">Null: as the programme's settings say for generated codes, never for chosen ones.</param>
public sealed record NewCode(long ReferrerId, string? Chosen = null, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>A name that a generated code should read as.</summary>
    public string? ReadAs { get; init; }

    /// <summary>Whether a chosen text may hold dots and be as short as one character, as tokens of links do.</summary>
    public bool AsLinkToken { get; init; }
}

/// <summary>Adds, finds and retires codes. A code is never used again, whatever became of it.</summary>
public sealed class ReferrerCodes(Database database, Transactions transactions)
{
    private const string ListSql = $"""
        {CodeMaking.SelectSql}
        where k.program_id = @programId and k.referrer_id = @referrerId and k.kind = 'code' and not k.of_link and k.code_id > @after
        order by k.code_id limit @most
        """;

    private const string FindSql = $"{CodeMaking.SelectSql} where k.program_id = @programId and k.canonical = @canonical and k.kind = 'code'";

    private const string RetireSql = """
        update codes set state = 'retired' where program_id = @programId and canonical = @canonical and kind = 'code'
        """;

    private const string ExpireSql = """
        update codes set expires_at = @at where program_id = @programId and canonical = @canonical and kind = 'code'
        """;

    private const string IsIntegratorsSql = """
        select exists (
          select from integrator_codes
          where program_id = @programId and referrer_id is not null
            and code = (case when @canonical ~ '^[0-9]{1,10}$' then @canonical::bigint end))
        """;

    /// <summary>By its canonical form: letter case does not count.</summary>
    public async Task<ReferrerCode?> FindAsync(long programId, string code, CancellationToken ct)
    {
        if (!CodeText.TryCanonical(code, out var canonical))
            return null;
        await using var connection = await database.OpenAsync(ct);
        return await CodeMaking.FindAsync(connection, FindSql, new { programId, canonical }, ct);
    }

    /// <summary>Oldest first.</summary>
    public async Task<Page<ReferrerCode>> ListAsync(long programId, long referrerId, PageRequest page, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, referrerId, after = page.After?.Id ?? 0, most = page.Size + 1 };
        var rows = await connection.QueryAsync<CodeRow>(new CommandDefinition(ListSql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToCode())], code => new Cursor(code.CodeId, code.CodeId));
    }

    /// <returns>The code, <c>NotFound</c> for the referrer, or <c>AlreadyExists</c> for a chosen text that is or was somebody's.</returns>
    public Task<Outcome<ReferrerCode>> AddAsync(ReferralProgram program, NewCode wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        return transactions.RunAsync(
            program.Id,
            caller,
            async (tx, stop) =>
            {
                if (await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, wanted.ReferrerId, stop, locked: true) is not { } referrer)
                    return ReferrerRegister.NotFound;
                if (referrer.State == ReferrerState.Archived)
                    return new Problem(ProblemCode.IllegalTransition, "The referrer is archived.");
                var outcome = await CodeMaking.AddAsync(tx, program, wanted, stop);
                if (outcome.TryGet(out var code, out _))
                    Tell(tx, "code.created", code);
                return outcome;
            },
            ct);
    }

    /// <summary>For ever. Retiring twice changes nothing.</summary>
    public Task<Outcome<ReferrerCode>> RetireAsync(ReferralProgram program, string code, Caller caller, CancellationToken ct) =>
        ChangeAsync(program, code, "code.retired", RetireSql, null, found => found with { Retired = true }, caller, ct);

    /// <param name="at">When it stops working; null: never.</param>
    public Task<Outcome<ReferrerCode>> ExpireAsync(
        ReferralProgram program, string code, DateTimeOffset? at, Caller caller, CancellationToken ct) =>
        ChangeAsync(program, code, "code.expiry", ExpireSql, at, found => found with { ExpiresAt = at }, caller, ct);

    private Task<Outcome<ReferrerCode>> ChangeAsync(
        ReferralProgram program, string code, string verb, string sql, DateTimeOffset? at,
        Func<ReferrerCode, ReferrerCode> change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync<ReferrerCode>(
            program.Id,
            caller,
            async (tx, stop) =>
            {
                CodeText.TryCanonical(code, out var canonical);
                var found = await CodeMaking.FindAsync(
                    tx.Connection, FindSql + " for update of k", new { programId = tx.ProgramId, canonical }, stop);
                if (found is null)
                    return new Problem(ProblemCode.NotFound, "No such code.");
                if (await tx.Connection.ExecuteScalarAsync<bool>(
                    new CommandDefinition(IsIntegratorsSql, new { programId = tx.ProgramId, canonical }, cancellationToken: stop)))
                    return new Problem(ProblemCode.IllegalTransition, "An integrator's code is permanent.");
                var changed = change(found);
                if (changed == found)
                    return found;
                await tx.Connection.ExecuteAsync(
                    new CommandDefinition(sql, new { programId = tx.ProgramId, canonical, at }, cancellationToken: stop));
                Tell(tx, verb, changed);
                return changed;
            },
            ct);
    }

    internal static void Tell(Transaction tx, string verb, ReferrerCode code)
    {
        var subject = ReferrerRegister.Subject(code.ReferrerId);
        var told = new JsonObject
        {
            ["referrerId"] = code.ReferrerId,
            ["code"] = code.Code,
            ["retired"] = code.Retired,
            ["expiresAt"] = code.ExpiresAt?.ToString("O"),
        };
        tx.Audit(verb, subject, null, told.DeepClone());
        tx.Raise(EventType.ReferrerUpdated, subject, told, referrerId: code.ReferrerId);
    }
}

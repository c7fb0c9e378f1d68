using Dapper;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>Registers, changes and finds integrators (debridge.md § 6).</summary>
public sealed class IntegratorRegister(Database database, Transactions transactions)
{
    private const int MostWallets = 50;

    private const string KnownSql = """
        select r.referrer_id
        from referrers r
        where r.program_id = @programId and r.kind = 'integrator' and r.state <> 'unclaimed'
          and (r.key = @externalId
               or r.referrer_id in (select w.referrer_id from integrator_wallets w where w.program_id = @programId and w.wallet = any(@wallets)))
        limit 2
        """;

    private const string InsertSql = """
        insert into referrers (program_id, kind, key, name, email, email_hash, state, created_at, updated_at)
        values (@programId, 'integrator', @key, @name, @email, @emailHash, 'active', @now, @now)
        on conflict do nothing
        returning referrer_id
        """;

    private const string ChangeSql = """
        update referrers set name = @name, state = @state, updated_at = @now where program_id = @programId and referrer_id = @id
        """;

    private const string LockSql = "select 1 from referrers where program_id = @programId and referrer_id = @id for update";

    private const string DropWalletsSql = """
        delete from integrator_wallets where program_id = @programId and referrer_id = @id and wallet <> all(@wallets)
        """;

    private const string StandingSql = """
        select k.code, k.referrer_id, k.first_seen,
               (select count(*) from chain_orders c where c.program_id = @programId and c.referral_code = k.code) as orders
        from integrator_codes k
        where k.program_id = @programId and k.code = @code
        """;

    public static Problem NotFound { get; } = new(ProblemCode.NotFound, "No such integrator.");

    public async Task<Integrator?> FindAsync(long programId, long id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await IntegratorRows.FindAsync(connection, programId, id, ct);
    }

    /// <summary>Oldest first.</summary>
    public async Task<Page<Integrator>> ListAsync(long programId, IntegratorFilter filter, PageRequest page, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var sql = $"""
            {IntegratorRows.SelectSql}
            where r.program_id = @programId and r.kind = 'integrator' and r.state not in ('unclaimed', 'deleted') and r.referrer_id > @after
            {Sql.When(filter.ExternalId, "and r.key = @externalId")}
            {Sql.When(filter.Text, "and (strpos(lower(r.name), lower(@text)) > 0 or k.code::text = @text)")}
            {Sql.When(filter.Wallet, "and r.referrer_id = (select w.referrer_id from integrator_wallets w where w.program_id = @programId and w.wallet = @wallet)")}
            order by r.referrer_id limit @most
            """;
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, after = page.After?.Id ?? 0, filter.ExternalId, filter.Text, filter.Wallet, most = page.Size + 1 };
        var rows = await connection.QueryAsync<IntegratorRows.Row>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToIntegrator())], integrator => new Cursor(integrator.Id, integrator.Id));
    }

    public async Task<CodeStanding> StandingAsync(long programId, long code, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<StandingRow>(
            new CommandDefinition(StandingSql, new { programId, code }, cancellationToken: ct));
        return row is null
            ? new CodeStanding(code, "unknown", null, null, 0)
            : new CodeStanding(code, row.ReferrerId is null ? "unclaimed" : "claimed", row.ReferrerId, row.FirstSeen, row.Orders);
    }

    /// <summary>The same external id or wallet again is the same integrator with the same code.</summary>
    public async Task<Outcome<IntegratorRegistered>> RegisterAsync(
        ReferralProgram program, NewIntegrator wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        if (CheckNames(wanted) is { } problem)
            return problem;
        return await transactions.RunAsync(program.Id, caller, (tx, stop) => RegisterAsync(tx, program, wanted, stop), ct);
    }

    public async Task<Outcome<Integrator>> ChangeAsync(
        ReferralProgram program, long id, IntegratorChange change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(change);
        if (change.Name is "" || change.Name?.Length > Limits.Text)
            return new Problem(ProblemCode.InvalidValue, $"A name has 1 to {Limits.Text} characters.", "name");
        if (change.Wallets?.Count > MostWallets)
            return TooManyWallets;
        return await transactions.RunAsync(program.Id, caller, (tx, stop) => ChangeAsync(tx, id, change, stop), ct);
    }

    /// <summary>Makes the referrer of an integrator, without a code.</summary>
    internal static async Task<Outcome<Integrator>> MakeAsync(Transaction tx, ReferralProgram program, NewIntegrator wanted, CancellationToken ct)
    {
        var arguments = new
        {
            programId = tx.ProgramId,
            key = wanted.ExternalId,
            name = wanted.Name,
            email = wanted.Email,
            emailHash = ContactKeys.EmailHash(program.HashKey, wanted.Email),
            now = tx.Now,
        };
        var id = await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct));
        if (id is not { } made)
            return new Problem(ProblemCode.AlreadyExists, "Another referrer has this key.", "externalId");
        return await IntegratorRows.AddWalletsAsync(tx, made, wanted.Wallets ?? [], ct) is { } taken
            ? taken
            : (await IntegratorRows.FindAsync(tx.Connection, tx.ProgramId, made, ct))!;
    }

    private static async Task<Outcome<IntegratorRegistered>> RegisterAsync(
        Transaction tx, ReferralProgram program, NewIntegrator wanted, CancellationToken ct)
    {
        var last = await CodeAllocations.TakeTurnAsync(tx, ct);
        var known = new { programId = tx.ProgramId, externalId = wanted.ExternalId, wallets = (wanted.Wallets ?? []).ToArray() };
        var same = (await tx.Connection.QueryAsync<long>(new CommandDefinition(KnownSql, known, cancellationToken: ct))).AsList();
        if (same.Count > 1)
            return new Problem(ProblemCode.AlreadyExists, "The external id and the wallets belong to different integrators.", "wallets");
        if (same.Count == 1)
            return new IntegratorRegistered((await IntegratorRows.FindAsync(tx.Connection, tx.ProgramId, same[0], ct))!, Created: false);
        if (!(await MakeAsync(tx, program, wanted, ct)).TryGet(out var made, out var refused))
            return refused;
        if (await CodeAllocations.GiveAsync(tx, program, made.Id, last, wanted.Code, ct) is { } problem)
            return problem;
        var registered = (await IntegratorRows.FindAsync(tx.Connection, tx.ProgramId, made.Id, ct))!;
        IntegratorRows.Tell(tx, "integrator.created", EventType.ReferrerCreated, registered, null);
        IntegratorRows.Tell(tx, "code.created", EventType.CodeCreated, registered, null);
        return new IntegratorRegistered(registered, Created: true);
    }

    private static async Task<Outcome<Integrator>> ChangeAsync(Transaction tx, long id, IntegratorChange change, CancellationToken ct)
    {
        await tx.Connection.ExecuteAsync(new CommandDefinition(LockSql, new { programId = tx.ProgramId, id }, cancellationToken: ct));
        if (await IntegratorRows.FindAsync(tx.Connection, tx.ProgramId, id, ct) is not { } before)
            return NotFound;
        if (change.Active is not null && before.State is not (ReferrerState.Active or ReferrerState.Suspended))
            return new Problem(ProblemCode.IllegalTransition, $"The integrator is {before.State.Text()}.", "state");
        var state = change.Active switch { null => before.State, true => ReferrerState.Active, false => ReferrerState.Suspended };
        var row = new { programId = tx.ProgramId, id, name = change.Name ?? before.Name, state = state.Text(), now = tx.Now };
        await tx.Connection.ExecuteAsync(new CommandDefinition(ChangeSql, row, cancellationToken: ct));
        if (change.Wallets is { } wallets)
        {
            var kept = new { programId = tx.ProgramId, id, wallets = wallets.ToArray() };
            await tx.Connection.ExecuteAsync(new CommandDefinition(DropWalletsSql, kept, cancellationToken: ct));
            if (await IntegratorRows.AddWalletsAsync(tx, id, wallets, ct) is { } taken)
                return taken;
        }
        var after = (await IntegratorRows.FindAsync(tx.Connection, tx.ProgramId, id, ct))!;
        ChangeFeed.Announce(tx, ChangedPart.Referrer, id);
        IntegratorRows.Tell(tx, "integrator.updated", EventType.ReferrerUpdated, after, before);
        return after;
    }

    private static Problem? CheckNames(NewIntegrator wanted)
    {
        if (wanted.Name.Length is 0 or > Limits.Text)
            return new Problem(ProblemCode.InvalidValue, $"A name has 1 to {Limits.Text} characters.", "name");
        if (wanted.ExternalId is "" || wanted.ExternalId?.Length > Limits.ReferrerKey)
            return new Problem(ProblemCode.InvalidValue, $"An external id has 1 to {Limits.ReferrerKey} characters.", "externalId");
        if (wanted.Email?.Length > Limits.Email)
            return new Problem(ProblemCode.TooLong, $"At most {Limits.Email} characters.", "email");
        return wanted.Wallets?.Count > MostWallets ? TooManyWallets : null;
    }

    private static Problem TooManyWallets => new(ProblemCode.TooMany, $"At most {MostWallets} wallets.", "wallets");

    private sealed record StandingRow
    {
        public long Code { get; init; }
        public long? ReferrerId { get; init; }
        public DateTimeOffset? FirstSeen { get; init; }
        public long Orders { get; init; }
    }
}

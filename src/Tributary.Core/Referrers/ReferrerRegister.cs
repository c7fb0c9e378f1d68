using System.Text.Json.Nodes;
using Dapper;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Referrers;

/// <summary>Makes, changes and lists referrers.</summary>
public sealed class ReferrerRegister(Database database, Transactions transactions)
{
    private const int MostReason = Limits.Text;

    private const string InsertSql = """
        insert into referrers (program_id, kind, key, name, email, email_hash, state, attributes, created_at, updated_at)
        values (@programId, @kind, @key, @name, @email, @emailHash, @state, @attributes::jsonb, @now, @now)
        on conflict do nothing
        returning referrer_id
        """;

    private const string KeyTakenSql = """
        select exists (select from referrers where program_id = @programId and key = @key and referrer_id <> @referrerId)
        """;

    private const string UpdateSql = """
        update referrers
        set key = @key, name = @name, email = @email, email_hash = @emailHash, attributes = @attributes::jsonb, updated_at = @now
        where program_id = @programId and referrer_id = @referrerId
        """;

    private const string MoveSql = """
        update referrers set state = @state, updated_at = @now where program_id = @programId and referrer_id = @referrerId
        """;

    public async Task<Referrer?> FindAsync(long programId, long referrerId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await ReferrerRow.FindAsync(connection, programId, referrerId, ct);
    }

    /// <summary>Oldest first.</summary>
    public async Task<Page<Referrer>> ListAsync(long programId, ReferrerFilter filter, PageRequest page, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var sql = $"""
            {ReferrerRow.SelectSql}
            where r.program_id = @programId and r.referrer_id > @after
            {Sql.When(filter.Kind, "and r.kind = @kind")}
            {Sql.When(filter.State, "and r.state = @state")}
            {Sql.When(filter.Id, "and r.referrer_id = @id")}
            order by r.referrer_id limit @most
            """;
        await using var connection = await database.OpenAsync(ct);
        var arguments = new
        {
            programId,
            after = page.After?.Id ?? 0,
            kind = filter.Kind?.Text(),
            state = filter.State?.Text(),
            id = filter.Id,
            most = page.Size + 1,
        };
        var rows = await connection.QueryAsync<ReferrerRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToReferrer())], referrer => new Cursor(referrer.Id, referrer.Id));
    }

    public async Task<Outcome<Referrer>> CreateAsync(ReferralProgram program, NewReferrer wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        if (ReferrerRules.Check(wanted) is { } refusal)
            return refusal;
        return await transactions.RunAsync(program.Id, caller, (tx, stop) => CreateAsync(tx, program, wanted, stop), ct);
    }

    public async Task<Outcome<Referrer>> UpdateAsync(
        ReferralProgram program, long referrerId, ReferrerChange change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(change);
        if (ReferrerRules.Check(change) is { } refusal)
            return refusal;
        return await transactions.RunAsync(program.Id, caller, (tx, stop) => UpdateAsync(tx, program, referrerId, change, stop), ct);
    }

    /// <summary>Approves, suspends, brings back or archives. The state it has already is no change.</summary>
    /// <returns>The referrer, <c>NotFound</c>, or <c>IllegalTransition</c>.</returns>
    public async Task<Outcome<Referrer>> MoveAsync(
        ReferralProgram program, long referrerId, ReferrerState to, string? reason, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (reason?.Length > MostReason)
            return new Problem(ProblemCode.TooLong, $"A reason has at most {MostReason} characters.", "reason");
        return await transactions.RunAsync(program.Id, caller, (tx, stop) => MoveAsync(tx, referrerId, to, reason, stop), ct);
    }

    private static async Task<Outcome<Referrer>> CreateAsync(
        Transaction tx, ReferralProgram program, NewReferrer wanted, CancellationToken ct)
    {
        var arguments = new
        {
            programId = tx.ProgramId,
            kind = wanted.Kind.Text(),
            key = wanted.Key,
            name = wanted.Name,
            email = wanted.Email,
            emailHash = ContactKeys.EmailHash(program.HashKey, wanted.Email),
            state = (wanted.Pending ? ReferrerState.Pending : ReferrerState.Active).Text(),
            attributes = (wanted.Attributes ?? []).ToJsonString(),
            now = tx.Now,
        };
        var id = await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct));
        if (id is not { } referrerId)
            return KeyTaken;
        if (!(await CodeMaking.AddAsync(tx, program, new NewCode(referrerId, wanted.Code), ct)).TryGet(out _, out var problem))
            return problem;
        var made = (await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, referrerId, ct))!;
        tx.Audit("referrer.created", Subject(referrerId), null, AuditOf(made));
        tx.Raise(EventType.ReferrerCreated, Subject(referrerId), EventOf(made), referrerId: referrerId);
        return made;
    }

    private static async Task<Outcome<Referrer>> UpdateAsync(
        Transaction tx, ReferralProgram program, long referrerId, ReferrerChange change, CancellationToken ct)
    {
        if (await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, referrerId, ct, locked: true) is not { } before)
            return NotFound;
        if (before.Kind == ReferrerKind.Customer)
            return new Problem(ProblemCode.IllegalTransition, "This referrer is a customer; change the customer.");
        var after = ReferrerRules.Apply(before, change);
        if (after.Key is not null && await IsKeyTakenAsync(tx, after, ct))
            return KeyTaken;
        var arguments = new
        {
            programId = tx.ProgramId,
            referrerId,
            key = after.Key,
            name = after.Name,
            email = after.Email,
            emailHash = ContactKeys.EmailHash(program.HashKey, after.Email),
            attributes = after.Attributes.ToJsonString(),
            now = tx.Now,
        };
        await tx.Connection.ExecuteAsync(new CommandDefinition(UpdateSql, arguments, cancellationToken: ct));
        return Told(tx, "referrer.updated", EventType.ReferrerUpdated, before, after with { UpdatedAt = tx.Now });
    }

    private static async Task<Outcome<Referrer>> MoveAsync(
        Transaction tx, long referrerId, ReferrerState to, string? reason, CancellationToken ct)
    {
        if (await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, referrerId, ct, locked: true) is not { } before)
            return NotFound;
        if (before.State == to)
            return before;
        if (!before.State.MayBecome(to))
            return new Problem(ProblemCode.IllegalTransition, $"A referrer that is {before.State.Text()} cannot become {to.Text()}.");
        var arguments = new { programId = tx.ProgramId, referrerId, state = to.Text(), now = tx.Now };
        await tx.Connection.ExecuteAsync(new CommandDefinition(MoveSql, arguments, cancellationToken: ct));
        var type = (before.State, to) switch
        {
            (ReferrerState.Pending, ReferrerState.Active) => EventType.ReferrerApproved,
            (ReferrerState.Pending, ReferrerState.Archived) => EventType.ReferrerRejected,
            (_, ReferrerState.Archived) => EventType.ReferrerArchived,
            _ => EventType.ReferrerUpdated,
        };
        return Told(tx, $"referrer.{to.Text()}", type, before, before with { State = to, UpdatedAt = tx.Now }, reason);
    }

    private static Outcome<Referrer> Told(
        Transaction tx, string verb, string type, Referrer before, Referrer after, string? reason = null)
    {
        tx.Audit(verb, Subject(after.Id), AuditOf(before), AuditOf(after), reason);
        tx.Raise(type, Subject(after.Id), EventOf(after), referrerId: after.Id);
        return after;
    }

    private static Task<bool> IsKeyTakenAsync(Transaction tx, Referrer referrer, CancellationToken ct) =>
        tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            KeyTakenSql, new { programId = tx.ProgramId, key = referrer.Key, referrerId = referrer.Id }, cancellationToken: ct));

    internal static string Subject(long referrerId) => $"referrer:{referrerId}";

    /// <summary>No personal data: the audit log outlives an erasure.</summary>
    private static JsonObject AuditOf(Referrer referrer) => new()
    {
        ["kind"] = referrer.Kind.Text(),
        ["key"] = referrer.Key,
        ["state"] = referrer.State.Text(),
    };

    private static JsonObject EventOf(Referrer referrer) => new()
    {
        ["referrerId"] = referrer.Id,
        ["kind"] = referrer.Kind.Text(),
        ["state"] = referrer.State.Text(),
    };

    internal static Problem NotFound => new(ProblemCode.NotFound, "No such referrer.");

    private static Problem KeyTaken => new(ProblemCode.AlreadyExists, "Another referrer has this key.", "key");
}

using System.Text.Json.Nodes;
using Dapper;
using Tributary.Customers;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Referrers;

/// <summary>Makes, changes and lists referrers.</summary>
public sealed class ReferrerRegister(Database database, Transactions transactions)
{
    private const int MostReason = Limits.Text;

    private const string InsertSql = """
        insert into referrers (program_id, kind, key, name, email, email_hash, state, attributes, recruiter_id, password_hash, created_at, updated_at)
        values (@programId, @kind, @key, @name, @email, @emailHash, @state, @attributes::jsonb, @recruiterId, @passwordHash, @now, @now)
        on conflict do nothing
        returning referrer_id
        """;

    private const string KeyTakenSql = """
        select exists (select from referrers where program_id = @programId and key = @key and referrer_id <> @referrerId)
        """;

    private const string EmailTakenSql = """
        select exists (
          select from referrers
          where program_id = @programId and kind = 'partner' and state <> 'deleted' and lower(email) = lower(@email) and referrer_id <> @referrerId)
        """;

    private const string UpdateSql = """
        update referrers
        set password_hash = coalesce(@passwordHash, password_hash), key = @key, name = @name, email = @email, email_hash = @emailHash, attributes = @attributes::jsonb, updated_at = @now
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

    /// <summary>Approves, suspends, brings back, archives or deletes. The state it has already is no change.</summary>
    /// <param name="from">Set where only a referrer in this state is moved.</param>
    /// <returns>The referrer, <c>NotFound</c>, or <c>IllegalTransition</c>.</returns>
    public async Task<Outcome<Referrer>> MoveAsync(
        ReferralProgram program, long referrerId, ReferrerState to, string? reason, Caller caller, CancellationToken ct, ReferrerState? from = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (reason?.Length > MostReason)
            return new Problem(ProblemCode.TooLong, $"A reason has at most {MostReason} characters.", "reason");
        return await transactions.RunAsync(program.Id, caller, (tx, stop) => MoveAsync(tx, referrerId, from, to, reason, stop), ct);
    }

    private static async Task<Outcome<Referrer>> CreateAsync(
        Transaction tx, ReferralProgram program, NewReferrer wanted, CancellationToken ct)
    {
        var isPartner = wanted.Kind == ReferrerKind.Partner;
        var key = wanted.Key ?? (isPartner ? Base62.Random(PartnerNames.KeyDigits) : null);
        var arguments = new
        {
            programId = tx.ProgramId,
            kind = wanted.Kind.Text(),
            key,
            name = wanted.Name,
            email = wanted.Email,
            emailHash = ContactKeys.EmailHash(program.HashKey, wanted.Email),
            state = (wanted.Pending ? ReferrerState.Pending : ReferrerState.Active).Text(),
            attributes = (wanted.Attributes ?? []).ToJsonString(),
            recruiterId = wanted.RecruiterId,
            passwordHash = wanted.PasswordHash,
            now = tx.Now,
        };
        var id = await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct));
        if (id is not { } referrerId)
            return isPartner && await IsEmailTakenAsync(tx, wanted.Email, 0, ct) ? EmailTaken : KeyTaken;
        var code = new NewCode(referrerId, wanted.Code) { ReadAs = isPartner ? wanted.Name : null, AsLinkToken = isPartner };
        if (!(await CodeMaking.AddAsync(tx, program, code, ct)).TryGet(out _, out var problem))
            return problem;
        if (isPartner && !await PartnerNames.ReserveAsync(tx, referrerId, key!, ct))
            return KeyTaken;
        if (isPartner)
            await DefaultLinks.EnsureAsync(tx.Connection, tx.ProgramId, referrerId, ct);
        if (wanted is { Invite: true, Email: { } address })
            OutgoingMails.Add(tx, OutgoingMails.PartnerInvitation, address, new JsonObject { ["referrerId"] = referrerId });
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
        if (await RefuseNamesAsync(tx, program, before, after, change.Code, ct) is { } refusal)
            return refusal;
        var arguments = new
        {
            programId = tx.ProgramId,
            referrerId,
            key = after.Key,
            name = after.Name,
            email = after.Email,
            emailHash = ContactKeys.EmailHash(program.HashKey, after.Email),
            attributes = after.Attributes.ToJsonString(),
            passwordHash = change.PasswordHash,
            now = tx.Now,
        };
        await tx.Connection.ExecuteAsync(new CommandDefinition(UpdateSql, arguments, cancellationToken: ct));
        return Told(tx, "referrer.updated", EventType.ReferrerUpdated, before, after with { UpdatedAt = tx.Now });
    }

    private static async Task<Outcome<Referrer>> MoveAsync(
        Transaction tx, long referrerId, ReferrerState? from, ReferrerState to, string? reason, CancellationToken ct)
    {
        if (await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, referrerId, ct, locked: true) is not { } before)
            return NotFound;
        if (from is not null && before.State != from)
            return new Problem(ProblemCode.IllegalTransition, $"The referrer is {before.State.Text()}.");
        if (before.State == to)
            return before;
        if (before.Kind == ReferrerKind.Customer && (to == ReferrerState.Deleted || before.State == ReferrerState.Archived))
            return new Problem(ProblemCode.IllegalTransition, "This referrer is a customer; change the customer.");
        if (!before.State.MayBecome(to))
            return new Problem(ProblemCode.IllegalTransition, $"A referrer that is {before.State.Text()} cannot become {to.Text()}.");
        var arguments = new { programId = tx.ProgramId, referrerId, state = to.Text(), now = tx.Now };
        await tx.Connection.ExecuteAsync(new CommandDefinition(MoveSql, arguments, cancellationToken: ct));
        ChangeFeed.Announce(tx, ChangedPart.Referrer, referrerId);
        var type = (before.State, to) switch
        {
            (ReferrerState.Pending, ReferrerState.Active) => EventType.ReferrerApproved,
            (_, ReferrerState.Rejected) => EventType.ReferrerRejected,
            (_, ReferrerState.Deleted) => EventType.ReferrerDeleted,
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

    /// <summary>Takes the names that the change brings, or says whose they are.</summary>
    private static async Task<Problem?> RefuseNamesAsync(
        Transaction tx, ReferralProgram program, Referrer before, Referrer after, string? code, CancellationToken ct)
    {
        if (after.Key is not null && await IsKeyTakenAsync(tx, after, ct))
            return KeyTaken;
        if (after.Kind != ReferrerKind.Partner)
            return null;
        if (after.Key is null)
            return new Problem(ProblemCode.MissingField, "A partner has a key.", "key");
        if (after.Key != before.Key && !await PartnerNames.ReserveAsync(tx, after.Id, after.Key, ct))
            return KeyTaken;
        if (after.Email != before.Email && await IsEmailTakenAsync(tx, after.Email, after.Id, ct))
            return EmailTaken;
        return code is null ? null : await ChangeCodeAsync(tx, program, after.Id, code, ct);
    }

    private static async Task<Problem?> ChangeCodeAsync(Transaction tx, ReferralProgram program, long referrerId, string code, CancellationToken ct)
    {
        var former = await LinkNames.OwnCodeAsync(tx, referrerId, ct);
        var wanted = new NewCode(referrerId, code) { AsLinkToken = true };
        if (!(await CodeMaking.AddAsync(tx, program, wanted, ct)).TryGet(out var made, out var problem))
            return problem;
        await LinkDefaulting.FollowAsync(tx, referrerId, former, made.Code, ct);
        return null;
    }

    private static async Task<bool> IsEmailTakenAsync(Transaction tx, string? email, long referrerId, CancellationToken ct) =>
        email is not null && await tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            EmailTakenSql, new { programId = tx.ProgramId, email, referrerId }, cancellationToken: ct));

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

    private static Problem EmailTaken => new(ProblemCode.AlreadyExists, "Another partner has this e-mail address.", "email");

    private static Problem KeyTaken => new(ProblemCode.AlreadyExists, "Another referrer has this key.", "key");
}

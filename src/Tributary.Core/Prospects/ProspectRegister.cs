using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Prospects;

/// <summary>Takes in, lists, rejects and deletes prospects.</summary>
public sealed class ProspectRegister(Database database, Transactions transactions)
{
    private const string InsertSql = """
        insert into prospects (program_id, referrer_id, name, email, answers, state, submitted_at)
        values (@programId, @referrerId, @name, @email, @answers::jsonb, 'submitted', @now)
        returning prospect_id
        """;

    private const string ReferrerSql = """
        select 1 from referrers where program_id = @programId and referrer_id = @referrerId for key share
        """;

    private const string RejectSql = "update prospects set state = 'rejected', decided_at = @now where program_id = @programId and prospect_id = @id";

    private const string DeleteSql = "delete from prospects where program_id = @programId and prospect_id = @id";

    public async Task<Prospect?> FindAsync(long programId, long id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await ProspectRow.FindAsync(connection, programId, id, locked: false, ct);
    }

    /// <param name="state">Null: any.</param>
    public async Task<Page<Prospect>> ListAsync(long programId, ProspectState? state, SliceRequest slice, CancellationToken ct)
    {
        var sql = $"""
            {ProspectRow.SelectSql}
            where program_id = @programId
            {Sql.When(state, "and state = @state")}
            {Sql.When(slice.After, $"and prospect_id {slice.Comparison} @after")}
            order by prospect_id {slice.Direction} limit @most offset @skip
            """;
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, state = state?.Text(), after = slice.After?.Id, most = slice.Most, skip = slice.Skip };
        var rows = await connection.QueryAsync<ProspectRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return slice.Cut([.. rows.Select(row => row.ToProspect())], prospect => new Cursor(prospect.Id, prospect.Id));
    }

    /// <returns>The prospect, or <c>UnknownReference</c> for the referrer.</returns>
    public Task<Outcome<Prospect>> SubmitAsync(ReferralProgram program, NewProspect wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        return Refuse(program, wanted) is { } problem
            ? Task.FromResult<Outcome<Prospect>>(problem)
            : transactions.RunAsync(program.Id, caller, (tx, stop) => SubmitAsync(tx, wanted, stop), ct);
    }

    /// <returns>The prospect, <c>NotFound</c>, or <c>IllegalTransition</c> unless it was only submitted.</returns>
    public Task<Outcome<Prospect>> RejectAsync(ReferralProgram program, long id, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync<Prospect>(
            program.Id, caller,
            async (tx, stop) =>
            {
                if (await ProspectRow.FindAsync(tx.Connection, tx.ProgramId, id, locked: true, stop) is not { } found)
                    return NotFound;
                if (found.State != ProspectState.Submitted)
                    return Decided(found);
                await tx.Connection.ExecuteAsync(
                    new CommandDefinition(RejectSql, new { programId = tx.ProgramId, id, now = tx.Now }, cancellationToken: stop));
                return Told(tx, EventType.ProspectRejected, found with { State = ProspectState.Rejected, DecidedAt = tx.Now });
            },
            ct);
    }

    /// <returns>The prospect as it was, <c>NotFound</c>, or <c>IllegalTransition</c> for one that was converted.</returns>
    public Task<Outcome<Prospect>> DeleteAsync(ReferralProgram program, long id, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync<Prospect>(
            program.Id, caller,
            async (tx, stop) =>
            {
                if (await ProspectRow.FindAsync(tx.Connection, tx.ProgramId, id, locked: true, stop) is not { } found)
                    return NotFound;
                if (found.State == ProspectState.Converted)
                    return Decided(found);
                await tx.Connection.ExecuteAsync(new CommandDefinition(DeleteSql, new { programId = tx.ProgramId, id }, cancellationToken: stop));
                tx.Audit("prospect.deleted", Subject(id), new JsonObject { ["state"] = found.State.Text() }, null);
                return found;
            },
            ct);
    }

    internal static string Subject(long id) => $"prospect:{id}";

    internal static Problem NotFound => new(ProblemCode.NotFound, "No such prospect.");

    internal static Problem Decided(Prospect found) => new(ProblemCode.IllegalTransition, $"The prospect is {found.State.Text()} already.", "id");

    /// <summary>Without name and address: the outbox outlives an erasure.</summary>
    internal static Outcome<Prospect> Told(Transaction tx, string type, Prospect prospect)
    {
        var told = new JsonObject
        {
            ["prospectId"] = prospect.Id, ["referrerId"] = prospect.ReferrerId, ["customerId"] = prospect.CustomerId, ["state"] = prospect.State.Text(),
        };
        tx.Audit(type, Subject(prospect.Id), null, told.DeepClone());
        tx.Raise(type, Subject(prospect.Id), told, prospect.CustomerId, prospect.ReferrerId);
        return prospect;
    }

    private static Problem? Refuse(ReferralProgram program, NewProspect wanted)
    {
        if (program.State == ProgramState.Paused)
            return new Problem(ProblemCode.ProgramPaused, "The programme is paused; it takes no new prospects.");
        if (string.IsNullOrWhiteSpace(wanted.Name))
            return new Problem(ProblemCode.MissingField, "A name is needed.", "name");
        if (!Customers.ContactKeys.TryCanonicalEmail(wanted.Email, out _))
            return new Problem(ProblemCode.InvalidValue, "This is no e-mail address.", "email");
        return null;
    }

    private static async Task<Outcome<Prospect>> SubmitAsync(Transaction tx, NewProspect wanted, CancellationToken ct)
    {
        var known = await tx.Connection.ExecuteScalarAsync<int?>(
            new CommandDefinition(ReferrerSql, new { programId = tx.ProgramId, referrerId = wanted.ReferrerId }, cancellationToken: ct));
        if (known is null)
            return new Problem(ProblemCode.UnknownReference, "No such referrer.", "referrerId");
        var arguments = new
        {
            programId = tx.ProgramId, referrerId = wanted.ReferrerId, name = wanted.Name, email = wanted.Email,
            answers = JsonSerializer.Serialize(wanted.Answers, ProspectJson.Default.IReadOnlyListProspectAnswer), now = tx.Now,
        };
        var id = await tx.Connection.ExecuteScalarAsync<long>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct));
        return Told(
            tx, EventType.ProspectSubmitted,
            new Prospect(id, wanted.ReferrerId, wanted.Name, wanted.Email, wanted.Answers, ProspectState.Submitted, null, tx.Now, null));
    }
}

using System.Numerics;
using Dapper;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>
/// Gives a code that orders carried before anybody owned it to an integrator that has none (debridge.md § 6.3): past orders
/// are credited to it, and what the code has earned passes on by one transfer for each unit.
/// </summary>
public sealed class ClaimCode(Transactions transactions)
{
    private const string CodeSql = """
        select referrer_id, recipient_id from integrator_codes where program_id = @programId and code = @code for update
        """;

    private const string ClaimSql = """
        update integrator_codes set referrer_id = @id, claimed_at = @now where program_id = @programId and code = @code
        """;

    private const string OrdersSql = """
        update orders o
        set referrer_id = @id, via = 'code',
            explanation = jsonb_set(
              o.explanation || jsonb_build_object('referrerId', @id, 'via', 'code', 'code', jsonb_build_object('accepted', true, 'reason', 'claimed_later')),
              '{touches,0}', coalesce(o.explanation #> '{touches,0}', '{}') || jsonb_build_object('referrer', @id, 'reason', 'claimed_later'))
        from chain_orders c
        where c.program_id = @programId and c.referral_code = @code and o.program_id = @programId and o.order_key = c.order_key
        """;

    private const string TouchesSql = """
        update touches t
        set referrer_id = @id, outcome = 'claimed_later'
        from chain_orders c
        where c.program_id = @programId and c.referral_code = @code
          and t.program_id = @programId and t.order_key = c.order_key and t.kind = 'code'
        """;

    private const string FeesSql = """
        update affiliate_fees set recipient_id = @id where program_id = @programId and code = @code and recipient_id = @unclaimed
        """;

    private const string BalancesSql = """
        select unit, available, paid from balances where program_id = $1 and recipient_id = $2 order by unit
        """;

    private const string RetireSql = """
        update referrers set state = 'archived', updated_at = @now where program_id = @programId and referrer_id = @unclaimed
        """;

    /// <param name="integrator">Who gets it; null: a new one of this name.</param>
    /// <param name="name">Of a new integrator.</param>
    public Task<Outcome<Integrator>> ExecuteAsync(
        ReferralProgram program, long code, long? integrator, string? name, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        if ((integrator is null) == (name is null) || name is "" || name?.Length > Limits.Text)
            return Task.FromResult<Outcome<Integrator>>(new Problem(ProblemCode.InvalidValue, "Say either which integrator claims the code or the name of a new one.", "referrerId"));
        return transactions.RunAsync(program.Id, caller, (tx, stop) => ClaimAsync(tx, program, code, integrator, name, stop), ct);
    }

    private static async Task<Outcome<Integrator>> ClaimAsync(
        Transaction tx, ReferralProgram program, long code, long? integrator, string? name, CancellationToken ct)
    {
        await CodeAllocations.TakeTurnAsync(tx, ct);
        var row = await tx.Connection.QuerySingleOrDefaultAsync<(long? ReferrerId, long RecipientId)?>(
            new CommandDefinition(CodeSql, new { programId = tx.ProgramId, code }, cancellationToken: ct));
        if (row is not { } found)
            return new Problem(ProblemCode.NotFound, "No order has carried this code.");
        if (found.ReferrerId is { } owner)
        {
            return owner == integrator
                ? (await IntegratorRows.FindAsync(tx.Connection, tx.ProgramId, owner, ct))!
                : new Problem(ProblemCode.CodeTaken, "The code is another integrator's.");
        }
        if (!(await ClaimerAsync(tx, program, integrator, name, ct)).TryGet(out var claimer, out var problem))
            return problem;
        if (!await IntegratorRows.NameAsync(tx, claimer.Id, code, ct))
            return new Problem(ProblemCode.CodeTaken, "Another referrer's code reads so.");
        await MoveAsync(tx, code, found.RecipientId, claimer.Id, ct);
        var claimed = claimer with { Code = code };
        IntegratorRows.Tell(tx, "code.claimed", EventType.CodeClaimed, claimed, claimer);
        return claimed;
    }

    private static async Task<Outcome<Integrator>> ClaimerAsync(
        Transaction tx, ReferralProgram program, long? integrator, string? name, CancellationToken ct)
    {
        if (integrator is not { } id)
            return await IntegratorRegister.MakeAsync(tx, program, new NewIntegrator(name!), ct);
        if (await IntegratorRows.FindAsync(tx.Connection, tx.ProgramId, id, ct) is not { } known)
            return new Problem(ProblemCode.UnknownReference, "No such integrator.", "referrerId");
        return known.Code is null ? known : new Problem(ProblemCode.HasCode, "The integrator has a code already, for good.", "referrerId");
    }

    private static async Task MoveAsync(Transaction tx, long code, long unclaimed, long claimer, CancellationToken ct)
    {
        var arguments = new { programId = tx.ProgramId, code, id = claimer, unclaimed, now = tx.Now };
        foreach (var sql in (string[])[ClaimSql, OrdersSql, TouchesSql, FeesSql, RetireSql])
            await tx.Connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: ct));
        var balances = new List<(Unit Unit, Dictionary<Account, BigInteger> Accounts)>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            BalancesSql,
            row => balances.Add((Unit.Parse(row.GetString(0)), new() { [Account.Available] = row.Big(1), [Account.Paid] = row.Big(2) })),
            Param.Of(tx.ProgramId), Param.Of(unclaimed));
        await load.RunAsync(ct);
        var postings = new List<Posting>();
        foreach (var (unit, accounts) in balances)
        {
            var entries = Verbs.PassOn(unclaimed, claimer, accounts);
            if (entries.Count > 0)
                postings.Add(new Posting(await tx.NextNumberAsync(ct), TransferKind.PassOn, $"claim:{code}", postings.Count + 1, unit, entries));
        }
        LedgerWriter.Add(tx, postings);
    }
}

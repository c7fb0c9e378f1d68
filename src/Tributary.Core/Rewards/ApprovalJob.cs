using Npgsql;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>
/// Approves rewards whose hold is over (MO-53), programme by programme, where approval is not left to people. Any number of
/// nodes may run it at once: what one has claimed the others skip, and what a killed one had claimed is free again.
/// </summary>
public sealed class ApprovalJob(Database database, Transactions transactions, TimeProvider clock)
{
    /// <summary>Rewards of one transaction; they are locked until its commit.</summary>
    public const int BatchSize = 200;

    private static readonly Caller Job = new("job:approval", Trusted: true);

    private const string ProgramsSql = """
        select distinct r.program_id
        from rewards r join programs p on p.program_id = r.program_id
        where r.state = 'pending' and r.available_at <= $1
          and p.settings #>> '{rewards,manualApproval}' is distinct from 'true'
        """;

    private const string ClaimSql = $"""
        with due as materialized (
          select r.reward_id
          from {Reward.From}
            left join referrers f on f.program_id = r.program_id and f.referrer_id = r.recipient_id
          where r.program_id = $1 and r.state = 'pending' and r.available_at <= $2
            and (o.order_key is null or o.state = 'paid')
            and (f.referrer_id is null or f.state in ('active', 'unclaimed'))
          order by r.available_at, r.reward_id
          limit $3
          for update of r skip locked)
        update rewards r set state = 'available', reason = null, updated_at = $2
        from due
        where r.program_id = $1 and r.reward_id = due.reward_id and r.state = 'pending'
        returning r.reward_id
        """;

    private const string ClaimedSql = $"""
        select {Reward.Columns} from {Reward.From} where r.program_id = $1 and r.reward_id = any ($2) order by r.reward_id
        """;

    /// <summary>Approves everything that is due now. Stops between two transactions when asked to.</summary>
    /// <returns>How many rewards were approved.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var approved = 0;
        foreach (var programId in await DueProgramsAsync(ct))
            approved += await RunAsync(programId, ct);
        return approved;
    }

    /// <summary>Approves what is due in one programme, whoever approves there.</summary>
    internal async Task<int> RunAsync(long programId, CancellationToken ct)
    {
        var approved = 0;
        int batch;
        do
        {
            ct.ThrowIfCancellationRequested();
            batch = await ApproveBatchAsync(programId, ct);
            approved += batch;
        }
        while (batch == BatchSize);
        return approved;
    }

    private async Task<IReadOnlyList<long>> DueProgramsAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var programs = new List<long>();
        var load = new LoadBatch(connection);
        load.Query(ProgramsSql, row => programs.Add(row.GetInt64(0)), Param.Of(clock.GetUtcNow()));
        await load.RunAsync(ct);
        return programs;
    }

    private async Task<int> ApproveBatchAsync(long programId, CancellationToken ct)
    {
        var outcome = await transactions.RunAsync<IReadOnlyList<Reward>>(programId, Job, async (tx, token) =>
        {
            var claimed = await ClaimAsync(tx, token);
            var postings = new List<Posting>();
            foreach (var reward in claimed)
            {
                if (reward.Unit is { } unit && !reward.Standing.IsZero)
                {
                    postings.Add(new Posting(
                        await tx.NextNumberAsync(token), TransferKind.Approve, reward.Subject, ApproveReward.Sequence(reward), unit,
                        Verbs.Approve(reward.LedgerSubject, reward.Standing)));
                }
                tx.Raise(
                    EventType.RewardApproved, reward.Subject, RewardTransition.Describe(reward), reward.CustomerId,
                    reward.ReferrerId, reward.OrderKey);
            }
            LedgerWriter.Add(tx, postings);
            return Outcome.Of(claimed);
        }, ct);
        return outcome.Match(claimed => claimed.Count, _ => 0);
    }

    private static async Task<IReadOnlyList<Reward>> ClaimAsync(Transaction tx, CancellationToken ct)
    {
        var ids = new List<long>();
        var claim = new LoadBatch(tx.Connection);
        claim.Query(
            ClaimSql, row => ids.Add(row.GetInt64(0)), Param.Of(tx.ProgramId), Param.Of(tx.Now), Param.Of(BatchSize));
        await claim.RunAsync(ct);
        if (ids.Count == 0)
            return [];
        var rewards = new List<Reward>();
        var read = new LoadBatch(tx.Connection);
        read.Query(ClaimedSql, row => rewards.Add(Reward.Read(row)), Param.Of(tx.ProgramId), Param.Of(ids));
        await read.RunAsync(ct);
        return rewards;
    }
}

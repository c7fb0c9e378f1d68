using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>
/// Undoes a referral that turned out to be none, because both are one person (gameball.md 4.4): it is not listed any more,
/// and what it earned on either side is taken back.
/// </summary>
internal static class VoidReferral
{
    private const string RewardsSql = $"""
        select {RewardRow.Columns}
        from rewards
        where program_id = $1 and customer_id = $2 and state not in ('reversed', 'rejected', 'clawed_back')
          and exists (select from campaign_versions v
                      where v.program_id = $1 and v.campaign_id = rewards.campaign_id and v.version = rewards.version
                        and coalesce(v.definition ->> 'audience', 'referred') = 'referred')
        order by reward_id
        for update
        """;

    private const string VoidSql = """
        update attributions set state = 'void', status = 'pending' where program_id = $1 and customer_id = $2 and state = 'standing'
        """;

    private const string UndoSql = """
        update step_progress p set undone_at = $3
        where p.program_id = $1 and p.customer_id = $2 and p.undone_at is null
          and exists (select from campaign_versions v
                      where v.program_id = $1 and v.campaign_id = p.campaign_id and v.version = p.version
                        and coalesce(v.definition ->> 'audience', 'referred') = 'referred')
        """;

    /// <summary>Everything is written when this returns, in the operation's transaction.</summary>
    public static async Task RunAsync(Transaction tx, long customerId, CancellationToken ct)
    {
        var rewards = new List<RewardRow>();
        var load = new LoadBatch(tx.Connection);
        load.Query(RewardsSql, row => rewards.Add(RewardRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(customerId));
        await load.RunAsync(ct);
        tx.Writes.Add(VoidSql, Param.Of(tx.ProgramId), Param.Of(customerId));
        tx.Writes.Add(UndoSql, Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(tx.Now));
        var changes = rewards.Select(reward => new RewardChange(reward, BigInteger.Zero, "self_referral")).ToList();
        var cause = $"void:{await tx.NextNumberAsync(ct)}";
        LedgerWriter.Add(tx, await RewardAdjuster.AddAsync(tx, TransferKind.Reverse, cause, changes, ct));
        tx.Raise(
            EventType.AttributionChanged,
            $"customer:{customerId}",
            new JsonObject { ["customerId"] = customerId, ["state"] = "void", ["reason"] = "self_referral" },
            customerId);
        await tx.Writes.FlushAsync(tx.Connection, ct);
    }
}

using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>
/// Undoes a referral that turned out to be none, because both are one person (gameball.md 4.4): it is not listed any more,
/// and what it earned on either side is taken back.
/// </summary>
internal static class VoidReferral
{
    private const string Why = "self_referral";

    /// <summary>Bonuses count customers; which one completed a number says nothing.</summary>
    private const string RewardsSql = $"""
        select {RewardRow.Columns}
        from rewards
        where program_id = $1 and customer_id = $2 and state not in ('reversed', 'rejected', 'clawed_back') and cause not like 'milestone:%'
          and (campaign_id is null
               or exists (select from campaign_versions v
                          where v.program_id = $1 and v.campaign_id = rewards.campaign_id and v.version = rewards.version
                            and coalesce(v.definition ->> 'audience', 'referred') = 'referred'))
        order by reward_id
        for update
        """;

    private const string VoidSql = """
        update attributions set state = 'void', status = 'pending' where program_id = $1 and customer_id = $2 and state = 'standing'
        """;

    private const string LeadSql = """
        select referrer_id, link_id, click_id, counted_on from attributions where program_id = $1 and customer_id = $2 and state = 'standing'
        """;

    private const string UndoSql = """
        update step_progress p set undone_at = $3
        where p.program_id = $1 and p.customer_id = $2 and p.undone_at is null
          and exists (select from campaign_versions v
                      where v.program_id = $1 and v.campaign_id = p.campaign_id and v.version = p.version
                        and coalesce(v.definition ->> 'audience', 'referred') = 'referred')
        """;

    /// <summary>Everything is written when this returns, in the operation's transaction.</summary>
    public static async Task RunAsync(Transaction tx, ReferralProgram program, long customerId, CancellationToken ct)
    {
        var rewards = new List<RewardRow>();
        long? referrer = null;
        OutcomeCredit? lead = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(RewardsSql, row => rewards.Add(RewardRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(customerId));
        load.Query(LeadSql, row => (referrer, lead) = (row.GetInt64(0), row.Credit(0)), Param.Of(tx.ProgramId), Param.Of(customerId));
        await load.RunAsync(ct);
        var cause = $"void:{await tx.NextNumberAsync(ct)}";
        var postings = new List<Posting>();
        if (referrer is { } credited)
        {
            postings.AddRange(await LostBonus.OfCustomerAsync(tx, program, customerId, credited, cause, Why, ct));
            postings.AddRange(await FriendReferred.TakeBackAsync(tx, program, credited, customerId, cause, ct));
        }
        tx.Outcomes.Add(lead, OutcomeTally.NoUnit, -OutcomeAmounts.OneLead);
        tx.Writes.Add(VoidSql, Param.Of(tx.ProgramId), Param.Of(customerId));
        tx.Writes.Add(UndoSql, Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(tx.Now));
        var changes = rewards.Select(reward => new RewardChange(reward, BigInteger.Zero, Why)).ToList();
        postings.AddRange(await RewardAdjuster.AddAsync(tx, TransferKind.Reverse, cause, changes, ct));
        LedgerWriter.Add(tx, postings);
        tx.Raise(
            EventType.AttributionChanged,
            $"customer:{customerId}",
            new JsonObject { ["customerId"] = customerId, ["state"] = "void", ["reason"] = Why },
            customerId);
        await tx.Writes.FlushAsync(tx.Connection, ct);
    }
}

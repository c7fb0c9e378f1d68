using System.Numerics;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>
/// Points that nobody can use any more: what waits is reversed, what is available is forfeited. What was spent stays as it was
/// earned, so that a later refund takes back that much and no more.
/// </summary>
internal static class ForfeitedPoints
{
    private const string RewardsSql = $"""
        select {RewardRow.Columns}
        from rewards
        where program_id = $1 and recipient_id = $2 and kind in ('points', 'score') and state in ('pending', 'held', 'available')
          and coalesce(remaining, posted) > 0
        order by reward_id
        for update
        """;

    private const string ForfeitSql = """
        update rewards r
        set net = f.spent, posted = f.spent, remaining = case when r.kind = 'points' then 0 end, reason = 'recipient_deleted',
            state = case when f.spent = 0 then 'reversed' else r.state end, updated_at = $2
        from unnest($3, $4) as f (reward_id, spent)
        where r.program_id = $1 and r.reward_id = f.reward_id
        """;

    public static async Task<IReadOnlyList<Posting>> TakeAsync(Transaction tx, long recipientId, CancellationToken ct)
    {
        var rewards = new List<RewardRow>();
        var load = new LoadBatch(tx.Connection);
        load.Query(RewardsSql, row => rewards.Add(RewardRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(recipientId));
        await load.RunAsync(ct);
        if (rewards.Count == 0)
            return [];
        tx.Writes.Add(
            ForfeitSql,
            Param.Of(tx.ProgramId),
            Param.Of(tx.Now),
            Param.Of([.. rewards.Select(reward => reward.Id)]),
            Param.Of([.. rewards.Select(reward => reward.Posted - Left(reward))]));
        foreach (var reward in rewards)
            tx.Outcomes.AddReward(reward.Credit, reward.Unit, reward.Posted - Left(reward) - reward.Net);
        return await PostingsAsync(tx, recipientId, rewards, ct);
    }

    private static async Task<IReadOnlyList<Posting>> PostingsAsync(
        Transaction tx, long recipientId, List<RewardRow> rewards, CancellationToken ct)
    {
        var postings = new List<Posting>();
        foreach (var part in rewards.GroupBy(reward => (reward.Unit, Usable: reward.State == "available")))
        {
            postings.Add(new Posting(
                await tx.NextNumberAsync(ct), part.Key.Usable ? TransferKind.Forfeit : TransferKind.Reverse, $"deleted:{recipientId}",
                postings.Count + 1, Unit.Parse(part.Key.Unit!), [.. part.SelectMany(EntriesOf)]));
        }
        return postings;
    }

    private static IReadOnlyList<Entry> EntriesOf(RewardRow reward)
    {
        var subject = new LedgerSubject(reward.RecipientId, reward.Id, reward.OrderKey);
        return reward.State == "available"
            ? Verbs.Forfeit(subject, Left(reward))
            : Verbs.TakeBack(subject, reward.State == "held" ? Account.Held : Account.Pending, Left(reward));
    }

    private static BigInteger Left(RewardRow reward) => reward.Remaining ?? reward.Posted;
}

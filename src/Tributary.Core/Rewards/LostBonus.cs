using System.Numerics;
using Tributary.Campaigns;
using Tributary.Ledger;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>One customer of a referrer qualifies no more: the bonus that counted on it is taken back (money.md MO-41).</summary>
internal static class LostBonus
{
    public static async Task<IReadOnlyList<Posting>> TakeBackAsync(
        Transaction tx, ActiveCampaign campaign, long? referrerId, UsageSnapshot usage, string cause, CancellationToken ct)
    {
        if (campaign.Definition.Bonus is not { } bonus || referrerId is not { } referrer)
            return [];
        var key = UsageKeys.Qualified(campaign.Id, referrer);
        var count = usage[key].Count;
        if (count == 0)
            return [];
        UsageRows.Write(tx, [new UsageDelta(key, 0, -1)]);
        var lost = MilestoneBonus.Owed(count, bonus.Every);
        if (lost == MilestoneBonus.Owed(count - 1, bonus.Every))
            return [];
        var rewards = new List<RewardRow>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            Milestones.StandingSql, row => rewards.Add(RewardRow.Read(row)),
            Param.Of(tx.ProgramId), Param.Of(campaign.Id), Param.Of(referrer), Param.Of([Milestones.CauseOf(lost)]));
        await load.RunAsync(ct);
        return await RewardAdjuster.AddAsync(
            tx, TransferKind.Refund, $"{cause}:bonus:{campaign.Id}", [.. rewards.Select(reward => new RewardChange(reward, BigInteger.Zero, "refunded"))], ct);
    }
}

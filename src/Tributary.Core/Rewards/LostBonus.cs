using System.Numerics;
using Tributary.Campaigns;
using Tributary.Ledger;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>One customer of a referrer qualifies no more: the bonus that counted on it is taken back (money.md MO-41).</summary>
internal static class LostBonus
{
    /// <summary>The campaigns that a customer is on its way through, in the version in which it began.</summary>
    private const string CampaignsSql = """
        select distinct on (c.campaign_id) c.campaign_id, c.name, v.version, c.state, c.starts_at, c.ends_at, v.definition
        from step_progress s
        join campaigns c on c.program_id = s.program_id and c.campaign_id = s.campaign_id
        join campaign_versions v on v.program_id = s.program_id and v.campaign_id = s.campaign_id and v.version = s.version
        where s.program_id = $1 and s.customer_id = $2 and s.undone_at is null
        order by c.campaign_id, s.step
        """;

    /// <summary>The customer is the referrer's no more: it counts for none of the referrer's bonuses.</summary>
    /// <param name="why">What the bonus says of it.</param>
    public static async Task<IReadOnlyList<Posting>> OfCustomerAsync(
        Transaction tx, ReferralProgram program, long customerId, long referrerId, string cause, string why, CancellationToken ct)
    {
        var campaigns = new List<ActiveCampaign>();
        var steps = new List<StepRow>();
        var load = new LoadBatch(tx.Connection);
        load.Query(CampaignsSql, row => campaigns.Add(CampaignLoad.Read(row)), Param.Of(tx.ProgramId), Param.Of(customerId));
        load.Query(StepRow.OfCustomerSql, row => steps.Add(StepRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(customerId));
        await load.RunAsync(ct);
        var board = new StepBoard(steps);
        var qualified = campaigns.Where(campaign => campaign.Definition.Bonus is not null && board.IsComplete(campaign)).ToList();
        var usage = await UsageRows.LockAsync(tx, [.. qualified.Select(campaign => UsageKeys.Qualified(campaign.Id, referrerId))], ct);
        var postings = new List<Posting>();
        foreach (var campaign in qualified)
            postings.AddRange(await TakeBackAsync(tx, program, campaign, referrerId, usage, (TransferKind.Reverse, cause, why), ct));
        return postings;
    }

    /// <param name="usage">Holds how many qualify, under its lock.</param>
    /// <param name="because">The operation, and what the bonus says of it.</param>
    public static async Task<IReadOnlyList<Posting>> TakeBackAsync(
        Transaction tx, ReferralProgram program, ActiveCampaign campaign, long? referrerId, UsageSnapshot usage,
        (TransferKind Kind, string Cause, string Why) because, CancellationToken ct)
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
        UsageRows.LockAndWrite(tx, [.. rewards
            .Where(reward => reward.Version == campaign.Version)
            .SelectMany(reward => RewardUsage.Change(program, campaign.Definition, reward, referrer, -reward.Net, count: -1))]);
        return await RewardAdjuster.AddAsync(
            tx, because.Kind, $"{because.Cause}:bonus:{campaign.Id}",
            [.. rewards.Select(reward => new RewardChange(reward, BigInteger.Zero, because.Why))], ct);
    }
}

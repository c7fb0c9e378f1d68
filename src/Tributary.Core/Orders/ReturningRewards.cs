using Tributary.Campaigns;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// Rewards of an order that were reversed and are owed again, because a refund was reinstated or the order was amended: each
/// by a further reward of the next occasion, with the first one's date of availability (money.md MO-50).
/// </summary>
internal static class ReturningRewards
{
    /// <summary>
    /// The last that each line gave for the order, where a refund or amendment took it. What a person took back, or a claim
    /// moved to another referrer, does not return.
    /// </summary>
    private const string ReversedSql = $"""
        select {RewardRow.Columns}
        from (select distinct on (campaign_id, line) {RewardRow.Columns}, reason
              from rewards
              where program_id = $1 and order_key = $2 and cause = $3
              order by campaign_id, line, reward_id desc) as last
        where state = 'reversed' and reason in ('refunded', 'amended', 'reinstated')
        order by reward_id
        """;

    /// <param name="counted">What the operation has changed of limits so far; what this changes is added.</param>
    public static async Task<IReadOnlyList<Posting>> AddAsync(
        Transaction tx, ReferralProgram program, OrderSnapshot loaded, OrderFacts facts, string cause, List<UsageDelta> counted,
        CancellationToken ct)
    {
        var reversed = new List<RewardRow>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            ReversedSql, row => reversed.Add(RewardRow.Read(row)),
            Param.Of(tx.ProgramId), Param.Of(loaded.Order!.Key), Param.Of($"order:{loaded.Order.Key}"));
        await load.RunAsync(ct);
        var again = new List<NewReward>();
        var usage = new List<UsageDelta>();
        foreach (var reward in reversed)
        {
            var definition = loaded.Versions.FirstOrDefault(campaign => campaign.Id == reward.CampaignId && campaign.Version == reward.Version)?.Definition;
            if (RecomputeOrder.OwedFor(program, loaded.Order, definition, reward, facts) is not { Sign: > 0 } owed)
                continue;
            again.Add(Again(reward, owed, await tx.NextNumberAsync(ct), tx.Now, program));
            if (definition is not null)
                usage.AddRange(RewardUsage.Change(program, definition, reward, reward.RecipientId, owed, count: 1));
        }
        UsageRows.LockAndWrite(tx, usage);
        counted.AddRange(usage);
        return await RewardWriter.AddAsync(tx, $"{cause}:again", again, ct);
    }

    private static NewReward Again(RewardRow reward, System.Numerics.BigInteger owed, long id, DateTimeOffset now, ReferralProgram program) => new(
        id, reward.CampaignId, reward.Version, reward.Step, reward.Line, reward.Role, reward.RecipientId, reward.CustomerId,
        reward.Cause, reward.Occasion + 1, reward.OrderKey, reward.Kind, reward.Unit is { } unit ? Unit.Parse(unit) : null,
        reward.Unit is null ? 0 : owed, reward.Cap, HeldBecause(reward, program), reward.AvailableAt, reward.CauseAt,
        (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(reward.Details)!)
    {
        ApprovedAtOnce = reward.AvailableAt <= now && !program.Settings.Rewards.ManualApproval,
        Credit = reward.Credit,
    };

    /// <summary>What was held when it was earned is looked at again.</summary>
    private static string? HeldBecause(RewardRow reward, ReferralProgram program) =>
        RewardConversion.IsMissing(program.Settings.Rewards, reward.Unit) ? RewardGrant.NoRate : HeldReward.ReasonOf(reward.Details);
}

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
    private const string ReversedSql = $"""
        select distinct on (campaign_id, line, recipient_id) {RewardRow.Columns}
        from rewards r
        where program_id = $1 and order_key = $2 and cause = $3 and state = 'reversed'
          and not exists (select from rewards s
                          where s.program_id = $1 and s.cause = r.cause and s.campaign_id = r.campaign_id and s.line = r.line
                            and s.recipient_id = r.recipient_id and s.state <> 'reversed')
        order by campaign_id, line, recipient_id, occasion desc
        """;

    public static async Task<IReadOnlyList<Posting>> AddAsync(
        Transaction tx, ReferralProgram program, OrderSnapshot loaded, OrderFacts facts, string cause, CancellationToken ct)
    {
        var reversed = new List<RewardRow>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            ReversedSql, row => reversed.Add(RewardRow.Read(row)),
            Param.Of(tx.ProgramId), Param.Of(loaded.Order!.Key), Param.Of($"order:{loaded.Order.Key}"));
        await load.RunAsync(ct);
        var again = new List<NewReward>();
        foreach (var reward in reversed)
        {
            var version = loaded.Versions.FirstOrDefault(campaign => campaign.Id == reward.CampaignId && campaign.Version == reward.Version);
            if (version is null || RecomputeOrder.OwedFor(program, version.Definition, reward, facts) is not { Sign: > 0 } owed)
                continue;
            again.Add(Again(reward, owed, await tx.NextNumberAsync(ct), tx.Now, program));
        }
        return await RewardWriter.AddAsync(tx, $"{cause}:again", again, ct);
    }

    private static NewReward Again(RewardRow reward, System.Numerics.BigInteger owed, long id, DateTimeOffset now, ReferralProgram program) => new(
        id, reward.CampaignId!.Value, reward.Version!.Value, reward.Step, reward.Line, reward.Role, reward.RecipientId, reward.CustomerId!.Value,
        reward.Cause, reward.Occasion + 1, reward.OrderKey, reward.Kind, reward.Unit is { } unit ? Unit.Parse(unit) : null,
        reward.Unit is null ? 0 : owed, reward.Cap, null, reward.AvailableAt, reward.CauseAt,
        (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(reward.Details)!)
    {
        ApprovedAtOnce = reward.AvailableAt <= now && !program.Settings.Rewards.ManualApproval,
    };
}

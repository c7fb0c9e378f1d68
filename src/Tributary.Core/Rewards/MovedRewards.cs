using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>Takes a referrer's unpaid rewards for one customer back and gives the same to another (money.md §8, move).</summary>
internal static class MovedRewards
{
    private const string UnpaidSql = $"""
        select {RewardRow.Columns}
        from rewards
        where program_id = $1 and customer_id = $2 and recipient_id = $3 and role = 'referrer' and state in ('pending', 'held', 'available')
        order by reward_id
        for update
        """;

    public static async Task<IReadOnlyList<Posting>> MoveAsync(Transaction tx, long customerId, long from, long to, CancellationToken ct)
    {
        var rewards = new List<RewardRow>();
        var load = new LoadBatch(tx.Connection);
        load.Query(UnpaidSql, row => rewards.Add(RewardRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(from));
        await load.RunAsync(ct);
        var cause = $"move:{await tx.NextNumberAsync(ct)}";
        var changes = rewards.Select(reward => new RewardChange(reward, BigInteger.Zero, "attribution_changed")).ToList();
        var postings = new List<Posting>(await RewardAdjuster.AddAsync(tx, TransferKind.Reverse, cause, changes, ct));
        var moved = new List<NewReward>();
        foreach (var reward in rewards.Where(reward => reward.CampaignId is not null))
            moved.Add(For(to, reward, await tx.NextNumberAsync(ct)));
        postings.AddRange(await RewardWriter.AddAsync(tx, cause, moved, ct));
        return postings;
    }

    private static NewReward For(long recipientId, RewardRow reward, long id) => new(
        id, reward.CampaignId!.Value, reward.Version!.Value, reward.Step, reward.Line, reward.Role, recipientId, reward.CustomerId!.Value,
        reward.Cause, reward.Occasion, reward.OrderKey, reward.Kind, reward.Unit is { } unit ? Unit.Parse(unit) : null,
        reward.Net, reward.Cap, reward.State == "held" ? "attribution_changed" : null, reward.AvailableAt, reward.CauseAt,
        (JsonObject)JsonNode.Parse(reward.Details)!)
    {
        ApprovedAtOnce = reward.State == "available",
    };
}

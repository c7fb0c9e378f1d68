using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// What each reward of an order is owed now. Once a reward was paid it never rises again: what is owed beyond it is a further
/// reward of the same line, which is recomputed with it from then on (money.md MO-50).
/// </summary>
internal static class OwedRewards
{
    /// <param name="Frozen">A paid reward of the line that is owed more than it may hold.</param>
    /// <param name="More">By how much.</param>
    public sealed record Excess(RewardRow Frozen, BigInteger More);

    /// <param name="owedFor">What the line of a reward is owed as a whole; null: nothing is known of it, it stays.</param>
    public static (List<RewardChange> Changes, List<Excess> Excess) Split(
        IEnumerable<RewardRow> rewards, Func<RewardRow, BigInteger?> owedFor, string reason)
    {
        var changes = new List<RewardChange>();
        var excess = new List<Excess>();
        foreach (var line in rewards.OrderBy(reward => reward.Id).GroupBy(reward => (reward.CampaignId, reward.Version, reward.Line, reward.RecipientId)))
        {
            if (owedFor(line.First()) is not { } left)
                continue;
            var open = line.LastOrDefault(reward => !reward.IsFrozen);
            foreach (var reward in line.Where(reward => reward != open))
            {
                // A further reward without an amount would be the same thing twice.
                var owed = reward.IsFrozen && reward.Unit is not null ? BigInteger.Min(left, reward.Net) : left;
                changes.Add(new RewardChange(reward, owed, reason));
                left -= owed;
            }
            if (open is not null)
                changes.Add(new RewardChange(open, left, reason));
            else if (left.Sign > 0 && line.First().Unit is not null)
                excess.Add(new Excess(line.First(), left));
        }
        return (changes, excess);
    }

    /// <summary>Further rewards for what paid ones cannot hold, available at once.</summary>
    public static async Task<List<NewReward>> FurtherAsync(Transaction tx, IReadOnlyList<Excess> excess, string cause, CancellationToken ct)
    {
        var further = new List<NewReward>();
        foreach (var (frozen, more) in excess)
        {
            further.Add(new NewReward(
                await tx.NextNumberAsync(ct), frozen.CampaignId, frozen.Version, frozen.Step, frozen.Line, frozen.Role, frozen.RecipientId,
                frozen.CustomerId, $"reinstatement:{cause}", 1, frozen.OrderKey, frozen.Kind, Unit.Parse(frozen.Unit!), more, frozen.Cap, null,
                frozen.AvailableAt, frozen.CauseAt, (JsonObject)JsonNode.Parse(frozen.Details)!)
            {
                ApprovedAtOnce = true,
                Credit = frozen.Credit,
            });
        }
        return further;
    }
}

using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>A person or a key approves one pending reward.</summary>
public sealed class ApproveReward(Transactions transactions)
{
    private static readonly RewardTransition InTime = new(RewardVerb.Approve, TransferKind.Approve, EventType.RewardApproved)
    {
        Obstacle = (found, now) => now < found.Reward.AvailableAt ? "The reward's hold is not over." : Obstacle(found),
        Change = reward => reward with { Reason = null },
        Entries = reward => Verbs.Approve(reward.LedgerSubject, reward.Standing),
        Sequence = Sequence,
    };

    private static readonly RewardTransition Early = InTime with { Obstacle = (found, _) => Obstacle(found) };

    /// <param name="mayBeEarly">Whether the caller may approve before <c>available_at</c> (MO-53).</param>
    /// <returns>The reward, <c>NotFound</c>, or <c>IllegalTransition</c> with what stands against it.</returns>
    public Task<Outcome<Reward>> ExecuteAsync(
        ReferralProgram program, long rewardId, bool mayBeEarly, Caller caller, CancellationToken ct) =>
        (mayBeEarly ? Early : InTime).RunAsync(transactions, program, rewardId, caller, ct);

    /// <summary>A reward is approved once, and once more after each hold.</summary>
    internal static int Sequence(Reward reward) => reward.Holds + 1;

    private static string? Obstacle(LockedReward found)
    {
        if (found.RecipientState is not (null or "active" or "unclaimed"))
            return "The recipient is not active.";
        return found.OrderState is null or "paid" ? null : "The order is not paid.";
    }
}

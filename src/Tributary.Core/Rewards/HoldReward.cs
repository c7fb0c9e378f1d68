using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>Stops a reward until somebody has looked at it, and lets it go on.</summary>
public sealed class HoldReward(Transactions transactions)
{
    private static readonly RewardTransition Hold = new(RewardVerb.Hold, TransferKind.Hold, EventType.RewardHeld)
    {
        Entries = reward => Verbs.Hold(reward.LedgerSubject, reward.Account, reward.Standing),
        Sequence = reward => reward.Holds,
    };

    private static readonly RewardTransition Release = new(RewardVerb.Release, TransferKind.Release, EventType.RewardReleased)
    {
        Change = reward => reward with { Reason = null },
        Entries = reward => Verbs.Release(reward.LedgerSubject, reward.Standing),
        Sequence = reward => reward.Holds,
    };

    /// <param name="reason">1–255 characters; shown to merchant and recipient.</param>
    /// <returns>The reward, <c>NotFound</c>, or <c>IllegalTransition</c> unless it is pending or available.</returns>
    public async Task<Outcome<Reward>> HoldAsync(
        ReferralProgram program, long rewardId, string reason, Caller caller, CancellationToken ct)
    {
        if (RewardTransition.FaultOfReason(reason) is { } fault)
            return fault;
        var because = Hold with { Change = reward => reward with { Reason = reason, Holds = reward.Holds + 1 } };
        return await because.RunAsync(transactions, program, rewardId, caller, ct);
    }

    /// <returns>The reward, pending again whatever its time, <c>NotFound</c>, or <c>IllegalTransition</c> unless it is held.</returns>
    public Task<Outcome<Reward>> ReleaseAsync(ReferralProgram program, long rewardId, Caller caller, CancellationToken ct) =>
        Release.RunAsync(transactions, program, rewardId, caller, ct);

    /// <summary>As part of an operation.</summary>
    internal static Task<Outcome<Reward>> ReleaseAsync(Transaction tx, long rewardId, CancellationToken ct) => Release.RunAsync(tx, rewardId, ct);
}

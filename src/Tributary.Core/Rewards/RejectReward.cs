using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>A person decides that a held reward is not owed; final.</summary>
public sealed class RejectReward(Transactions transactions)
{
    private static readonly RewardTransition Reject = new(RewardVerb.Reject, TransferKind.Reject, EventType.RewardRejected)
    {
        Entries = reward => TakenBack.All(reward).Entries,
    };

    /// <param name="reason">1–255 characters; shown to merchant and recipient.</param>
    /// <returns>The reward, <c>NotFound</c>, or <c>IllegalTransition</c> unless it is held.</returns>
    public async Task<Outcome<Reward>> ExecuteAsync(
        ReferralProgram program, long rewardId, string reason, Caller caller, CancellationToken ct)
    {
        if (RewardTransition.FaultOfReason(reason) is { } fault)
            return fault;
        var because = Reject with { Change = reward => TakenBack.Emptied(reward, reason) };
        return await because.RunAsync(transactions, program, rewardId, caller, ct);
    }
}

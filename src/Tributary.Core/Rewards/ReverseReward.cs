using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>A person takes back a reward that is in no payout; final. What of points was redeemed already is owed back.</summary>
public sealed class ReverseReward(Transactions transactions)
{
    private static readonly RewardTransition Reverse = new(RewardVerb.Reverse, TransferKind.Reverse, EventType.RewardReversed)
    {
        Entries = reward => TakenBack.All(reward).Entries,
    };

    /// <param name="reason">1–255 characters; shown to merchant and recipient.</param>
    /// <returns>The reward, <c>NotFound</c>, or <c>IllegalTransition</c> unless it is pending, held or available.</returns>
    public async Task<Outcome<Reward>> ExecuteAsync(
        ReferralProgram program, long rewardId, string reason, Caller caller, CancellationToken ct)
    {
        if (RewardTransition.FaultOfReason(reason) is { } fault)
            return fault;
        var because = Reverse with { Change = reward => TakenBack.Emptied(reward, reason) };
        return await because.RunAsync(transactions, program, rewardId, caller, ct);
    }
}

using System.Numerics;
using Tributary.Ledger;

namespace Tributary.Rewards;

/// <summary>
/// What taking an amount back from a reward does that is in no payout. Points that were redeemed already cannot come from the
/// reward's account: that part the recipient owes (MO-56).
/// </summary>
/// <param name="Unspent">What of points is left; null where the reward is no points.</param>
internal sealed record TakenBack(IReadOnlyList<Entry> Entries, BigInteger? Unspent)
{
    /// <param name="account">Where the reward stands.</param>
    /// <param name="amount">At most what was posted.</param>
    public static TakenBack Of(LedgerSubject subject, Account account, BigInteger? unspent, BigInteger amount)
    {
        var fromAccount = BigInteger.Min(amount, unspent ?? amount);
        return new TakenBack(
            [.. Verbs.TakeBack(subject, account, fromAccount), .. Verbs.ClawBack(subject, amount - fromAccount)],
            unspent - fromAccount);
    }

    /// <summary>Everything that was posted for the reward.</summary>
    public static TakenBack All(Reward reward) => Of(reward.LedgerSubject, reward.Account, reward.Unspent, reward.Posted);

    /// <summary>The reward when nothing is owed for it any more.</summary>
    public static Reward Emptied(Reward reward, string reason) => reward with
    {
        Net = 0,
        Posted = 0,
        Unspent = reward.Unspent is null ? null : BigInteger.Zero,
        Reason = reason,
    };
}

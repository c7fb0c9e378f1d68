using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Ledger;

/// <summary>One side of a transfer. An entry of a programme's account names no recipient, but may name the reward it is about.</summary>
/// <param name="Amount">More than 0, in the unit's smallest part.</param>
public sealed record Entry(
    Account Account,
    long? RecipientId,
    Side Side,
    BigInteger Amount,
    long? RewardId = null,
    long? OrderKey = null,
    long? PayoutId = null);

/// <summary>
/// One transfer to be posted: everything that one operation does in one unit (MO-82).
/// </summary>
/// <param name="TransferId">A number of the operation's transaction.</param>
/// <param name="Cause">What it is for, such as <c>order:1200</c>; with kind and sequence unique in the programme.</param>
/// <param name="Sequence">Tells transfers of one kind and cause apart, from 1.</param>
/// <param name="Pair">The other transfer of a conversion (MO-73).</param>
public sealed record Posting(
    long TransferId,
    TransferKind Kind,
    string Cause,
    int Sequence,
    Unit Unit,
    IReadOnlyList<Entry> Entries,
    long? Pair = null)
{
    /// <summary>Σ of the debit side, which equals the credit side.</summary>
    public BigInteger Total => Sum(Entries, Side.Debit);

    /// <summary>
    /// Why this may not be posted; null when it may. Besides the whole, the entries of each reward balance by themselves:
    /// that is what lets <see cref="BalanceDelta"/> tell earned from moved.
    /// </summary>
    public string? Fault()
    {
        if (Entries.Count == 0)
            return "A transfer without entries.";
        if (Entries.Any(entry => entry.Amount.Sign <= 0))
            return "An entry's amount must be more than 0.";
        if (Entries.Any(entry => entry.Account.IsRecipients() != entry.RecipientId.HasValue))
            return "A recipient's account names its recipient, a programme's account none.";
        if (Entries.GroupBy(entry => entry.RewardId).Any(group => Sum(group, Side.Debit) != Sum(group, Side.Credit)))
            return "Debits and credits differ.";
        return null;
    }

    private static BigInteger Sum(IEnumerable<Entry> entries, Side side) => entries
        .Where(entry => entry.Side == side)
        .Aggregate(BigInteger.Zero, (sum, entry) => sum + entry.Amount);
}

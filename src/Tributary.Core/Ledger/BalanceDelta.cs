using System.Numerics;

namespace Tributary.Ledger;

/// <summary>
/// By how much a set of transfers changes one recipient's balance row. Pure: the rows of the database are nothing but
/// the sum of these over all transfers, and <c>doctor</c> adds them up again by the same definition.
/// </summary>
internal sealed record BalanceDelta(
    long RecipientId,
    string Unit,
    BigInteger Earned,
    BigInteger Reversed,
    BigInteger Pending,
    BigInteger Held,
    BigInteger Available,
    BigInteger InPayout,
    BigInteger Paid,
    BigInteger Receivable)
{
    public bool ChangesNothing => Earned.IsZero && Reversed.IsZero && Accounts.All(amount => amount.IsZero);

    /// <summary>True where something goes down, so that the row must exist and be enough.</summary>
    public bool TakesAway => Accounts.Any(amount => amount.Sign < 0);

    private IEnumerable<BigInteger> Accounts => [Pending, Held, Available, InPayout, Paid, Receivable];

    /// <summary>One delta for each recipient and unit, in the order in which their rows are locked (MO-85).</summary>
    public static IReadOnlyList<BalanceDelta> Of(IReadOnlyList<Posting> postings) =>
    [
        .. postings
            .SelectMany(posting => posting.Entries, (posting, entry) => (posting, entry))
            .Where(row => row.entry.RecipientId.HasValue)
            .GroupBy(row => (Recipient: row.entry.RecipientId!.Value, Unit: row.posting.Unit.Text))
            .OrderBy(rows => rows.Key.Recipient)
            .ThenBy(rows => rows.Key.Unit, StringComparer.Ordinal)
            .Select(rows => Of(rows.Key.Recipient, rows.Key.Unit, [.. rows]))
            .Where(delta => !delta.ChangesNothing),
    ];

    private static BalanceDelta Of(long recipient, string unit, IReadOnlyList<(Posting Posting, Entry Entry)> rows)
    {
        var gains = Gains(rows);
        return new BalanceDelta(
            recipient,
            unit,
            Sum(gains.Where(gain => gain.Sign > 0)),
            -Sum(gains.Where(gain => gain.Sign < 0)),
            On(Account.Pending),
            On(Account.Held),
            On(Account.Available),
            On(Account.InPayout),
            On(Account.Paid),
            -On(Account.Receivable));

        BigInteger On(Account account) =>
            Sum(rows.Where(row => row.Entry.Account == account).Select(row => Signed(row.Entry)));
    }

    /// <summary>
    /// What each reward of a transfer, and what is about none, brought this recipient over all its accounts: up is earned, down
    /// is reversed, and a mere move between accounts is neither.
    /// </summary>
    private static IReadOnlyList<BigInteger> Gains(IReadOnlyList<(Posting Posting, Entry Entry)> rows) =>
    [
        .. rows.GroupBy(row => (row.Posting.TransferId, row.Entry.RewardId))
            .Select(group => Sum(group.Select(row => Signed(row.Entry)))),
    ];

    private static BigInteger Signed(Entry entry) => entry.Side == Side.Credit ? entry.Amount : -entry.Amount;

    private static BigInteger Sum(IEnumerable<BigInteger> amounts) =>
        amounts.Aggregate(BigInteger.Zero, (sum, amount) => sum + amount);
}

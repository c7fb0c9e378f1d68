using System.Numerics;

namespace Tributary.Ledger;

/// <summary>Whose account an entry touches and what it is about.</summary>
public sealed record LedgerSubject(long RecipientId, long? RewardId = null, long? OrderKey = null, long? PayoutId = null);

/// <summary>One reward's share of a transfer.</summary>
public sealed record LedgerShare(LedgerSubject Subject, BigInteger Amount);

/// <summary>
/// The table of money.md §8: one function for each verb, giving its entries. Nothing else knows which side is which.
/// An amount of 0 gives no entries; a transfer may join the entries of several calls.
/// </summary>
public static class Verbs
{
    /// <summary>Something was earned; it stands on pending, held or available.</summary>
    public static IReadOnlyList<Entry> Earn(LedgerSubject subject, Account to, BigInteger amount) =>
        Grant(Account.Expense, subject, Standing(to), amount);

    /// <summary>A fee that a chain pays itself (MO-86): straight to available.</summary>
    public static IReadOnlyList<Entry> EarnOnChain(LedgerSubject subject, BigInteger amount) =>
        Grant(Account.Onchain, subject, Account.Available, amount);

    /// <summary>A fee that a chain turned out not to have paid.</summary>
    /// <param name="from">Available, or paid.</param>
    public static IReadOnlyList<Entry> TakeBackOnChain(LedgerSubject subject, Account from, BigInteger amount) =>
        Withdraw(subject, from, Account.Onchain, amount);

    public static IReadOnlyList<Entry> Approve(LedgerSubject subject, BigInteger amount) =>
        Shift(subject, Account.Pending, Account.Available, amount);

    /// <param name="from">Pending or available.</param>
    public static IReadOnlyList<Entry> Hold(LedgerSubject subject, Account from, BigInteger amount) =>
        Shift(subject, Standing(from), Account.Held, amount);

    public static IReadOnlyList<Entry> Release(LedgerSubject subject, BigInteger amount) =>
        Shift(subject, Account.Held, Account.Pending, amount);

    /// <summary>Takes back all or part of what stands: reject, reverse, a refund or amendment down before any payout.</summary>
    /// <param name="from">Where the reward stands: pending, held or available.</param>
    public static IReadOnlyList<Entry> TakeBack(LedgerSubject subject, Account from, BigInteger amount) =>
        Withdraw(subject, Standing(from), Account.Expense, amount);

    /// <summary>Takes back what was paid, or may be in a payout, already: the recipient owes it (MO-50, frozen).</summary>
    public static IReadOnlyList<Entry> ClawBack(LedgerSubject subject, BigInteger amount) =>
        Withdraw(subject, Account.Receivable, Account.Expense, amount);

    /// <summary>More is owed again, by a reinstatement or amendment; a frozen reward's goes to a further reward, to available.</summary>
    public static IReadOnlyList<Entry> Reinstate(LedgerSubject subject, Account to, BigInteger amount) =>
        Grant(Account.Expense, subject, Standing(to), amount);

    /// <summary>A person books a debt of the recipient.</summary>
    public static IReadOnlyList<Entry> ManualDebit(LedgerSubject subject, BigInteger amount) =>
        Withdraw(subject, Account.Receivable, Account.Expense, amount);

    /// <summary>Reserves the rewards of a payout; <paramref name="netted"/> is what the recipient owed at that moment.</summary>
    public static IReadOnlyList<Entry> PayoutCreate(LedgerSubject payout, IReadOnlyList<LedgerShare> shares, BigInteger netted) =>
    [
        .. Shift(shares, Account.Available, Account.InPayout),
        .. Shift(payout, Account.InPayout, Account.Receivable, netted),
    ];

    public static IReadOnlyList<Entry> PayoutPay(LedgerSubject payout, BigInteger total) =>
        Shift(payout, Account.InPayout, Account.Paid, total);

    /// <summary>A payout that was not paid gives its rewards back: the mirror of its creation.</summary>
    public static IReadOnlyList<Entry> PayoutReturn(LedgerSubject payout, IReadOnlyList<LedgerShare> shares, BigInteger netted) =>
        GiveBack(Account.InPayout, payout, shares, netted);

    /// <summary>A paid payout came back from the bank.</summary>
    public static IReadOnlyList<Entry> PayoutBounce(LedgerSubject payout, IReadOnlyList<LedgerShare> shares, BigInteger netted) =>
        GiveBack(Account.Paid, payout, shares, netted);

    /// <summary>A reward is eaten by what its recipient owes.</summary>
    public static IReadOnlyList<Entry> Offset(LedgerSubject subject, BigInteger amount) =>
        Shift(subject, Account.Available, Account.Receivable, amount);

    /// <summary>Paid outside of any payout.</summary>
    public static IReadOnlyList<Entry> Settle(LedgerSubject subject, BigInteger amount) =>
        Shift(subject, Account.Available, Account.Paid, amount);

    /// <summary>The recipient gave money back.</summary>
    public static IReadOnlyList<Entry> Repay(LedgerSubject subject, BigInteger amount) =>
        Shift(subject, Account.Paid, Account.Receivable, amount);

    /// <summary>A debt is given up.</summary>
    public static IReadOnlyList<Entry> WriteOff(LedgerSubject subject, BigInteger amount) =>
        Grant(Account.Expense, subject, Account.Receivable, amount);

    /// <summary>Points are spent, each share from the reward it came from.</summary>
    public static IReadOnlyList<Entry> Redeem(IReadOnlyList<LedgerShare> shares) =>
        Shift(shares, Account.Available, Account.Paid);

    public static IReadOnlyList<Entry> HoldPoints(IReadOnlyList<LedgerShare> shares) =>
        Shift(shares, Account.Available, Account.InPayout);

    public static IReadOnlyList<Entry> CommitPoints(IReadOnlyList<LedgerShare> shares) =>
        Shift(shares, Account.InPayout, Account.Paid);

    public static IReadOnlyList<Entry> ReleasePoints(IReadOnlyList<LedgerShare> shares) =>
        Shift(shares, Account.InPayout, Account.Available);

    /// <summary>A redemption is undone.</summary>
    public static IReadOnlyList<Entry> ReturnPoints(IReadOnlyList<LedgerShare> shares) =>
        Shift(shares, Account.Paid, Account.Available);

    /// <summary>Points expired, or their owner was deleted.</summary>
    public static IReadOnlyList<Entry> Forfeit(LedgerSubject subject, BigInteger amount) =>
        Withdraw(subject, Account.Available, Account.Expense, amount);

    /// <summary>The first transfer of a conversion's pair: what leaves the old unit (MO-73).</summary>
    /// <param name="account">Where the reward stands in both units.</param>
    public static IReadOnlyList<Entry> ConvertFrom(LedgerSubject subject, Account account, BigInteger amount) =>
        Withdraw(subject, Standing(account), Account.Fx, amount);

    /// <summary>The second transfer of a conversion's pair: what arrives in the new unit.</summary>
    public static IReadOnlyList<Entry> ConvertTo(LedgerSubject subject, Account account, BigInteger amount) =>
        Grant(Account.Fx, subject, Standing(account), amount);

    /// <summary>Everything of one recipient becomes another's (merged profiles, a claimed code).</summary>
    /// <param name="balances">What stands on each account of the old one; its debts become the new one's too.</param>
    public static IReadOnlyList<Entry> PassOn(long from, long to, IReadOnlyDictionary<Account, BigInteger> balances) =>
    [
        .. balances.OrderBy(balance => balance.Key).SelectMany(balance =>
            PassOn(balance.Key, new LedgerSubject(from), new LedgerSubject(to), balance.Value)),
    ];

    /// <summary>A debt goes the other way: the new one is debited what the old one is credited.</summary>
    private static IReadOnlyList<Entry> PassOn(Account account, LedgerSubject from, LedgerSubject to, BigInteger amount) =>
        account == Account.Receivable
            ? Both(Recipients(to, account, Side.Debit, amount), Recipients(from, account, Side.Credit, amount))
            : Both(Recipients(from, account, Side.Debit, amount), Recipients(to, account, Side.Credit, amount));

    private static IReadOnlyList<Entry> GiveBack(
        Account from, LedgerSubject payout, IReadOnlyList<LedgerShare> shares, BigInteger netted) =>
    [
        .. Shift(shares, from, Account.Available),
        .. Shift(payout, Account.Receivable, from, netted),
    ];

    private static IReadOnlyList<Entry> Grant(Account programs, LedgerSubject subject, Account to, BigInteger amount) =>
        Both(Programs(programs, Side.Debit, subject, amount), Recipients(subject, to, Side.Credit, amount));

    private static IReadOnlyList<Entry> Withdraw(LedgerSubject subject, Account from, Account programs, BigInteger amount) =>
        Both(Recipients(subject, from, Side.Debit, amount), Programs(programs, Side.Credit, subject, amount));

    private static IReadOnlyList<Entry> Shift(LedgerSubject subject, Account from, Account to, BigInteger amount) =>
        Both(Recipients(subject, from, Side.Debit, amount), Recipients(subject, to, Side.Credit, amount));

    private static IReadOnlyList<Entry> Shift(IReadOnlyList<LedgerShare> shares, Account from, Account to) =>
        [.. shares.SelectMany(share => Shift(share.Subject, from, to, share.Amount))];

    private static IReadOnlyList<Entry> Both(Entry debit, Entry credit) => debit.Amount.IsZero ? [] : [debit, credit];

    private static Entry Recipients(LedgerSubject subject, Account account, Side side, BigInteger amount) =>
        new(account, subject.RecipientId, side, amount, subject.RewardId, subject.OrderKey, subject.PayoutId);

    /// <summary>Names the reward and order too, so that costs can be told by them.</summary>
    private static Entry Programs(Account account, Side side, LedgerSubject subject, BigInteger amount) =>
        new(account, null, side, amount, subject.RewardId, subject.OrderKey, subject.PayoutId);

    private static Account Standing(Account account) => account is Account.Pending or Account.Held or Account.Available
        ? account
        : throw new ArgumentOutOfRangeException(nameof(account), account, "A reward stands on pending, held or available.");
}

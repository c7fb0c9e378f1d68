using System.Numerics;
using Shouldly;
using Tributary.Ledger;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Ledger;

/// <summary>The table of money.md §8, row by row: entries as "D account amount", and what the balance row takes from them.</summary>
public sealed class VerbsTests
{
    private static readonly LedgerSubject Ann = new(1, RewardId: 10, OrderKey: 100);
    private static readonly LedgerShare First = new(new LedgerSubject(1, RewardId: 10, PayoutId: 5), 40);
    private static readonly LedgerShare Second = new(new LedgerSubject(1, RewardId: 11, PayoutId: 5), 60);
    private static readonly LedgerSubject Payout = new(1, PayoutId: 5);

    public static TheoryData<string, IReadOnlyList<Entry>, string, string> Table => new()
    {
        { "earn", Verbs.Earn(Ann, Account.Pending, 7), "D expense 7, C pending 7", "earned 7 pending 7" },
        { "earn to held", Verbs.Earn(Ann, Account.Held, 7), "D expense 7, C held 7", "earned 7 held 7" },
        { "chain fee", Verbs.EarnOnChain(Ann, 7), "D onchain 7, C available 7", "earned 7 available 7" },
        { "approve", Verbs.Approve(Ann, 7), "D pending 7, C available 7", "pending -7 available 7" },
        { "hold", Verbs.Hold(Ann, Account.Available, 7), "D available 7, C held 7", "held 7 available -7" },
        { "release", Verbs.Release(Ann, 7), "D held 7, C pending 7", "pending 7 held -7" },
        { "reject", Verbs.TakeBack(Ann, Account.Held, 7), "D held 7, C expense 7", "reversed 7 held -7" },
        { "refund, frozen", Verbs.ClawBack(Ann, 7), "D receivable 7, C expense 7", "reversed 7 receivable 7" },
        { "reinstate", Verbs.Reinstate(Ann, Account.Pending, 7), "D expense 7, C pending 7", "earned 7 pending 7" },
        { "manual debit", Verbs.ManualDebit(Ann, 7), "D receivable 7, C expense 7", "reversed 7 receivable 7" },
        {
            "payout create", Verbs.PayoutCreate(Payout, [First, Second], 30),
            "D available 40, C in_payout 40, D available 60, C in_payout 60, D in_payout 30, C receivable 30",
            "available -100 in_payout 70 receivable -30"
        },
        { "payout pay", Verbs.PayoutPay(Payout, 70), "D in_payout 70, C paid 70", "in_payout -70 paid 70" },
        {
            "payout return", Verbs.PayoutReturn(Payout, [First, Second], 30),
            "D in_payout 40, C available 40, D in_payout 60, C available 60, D receivable 30, C in_payout 30",
            "available 100 in_payout -70 receivable 30"
        },
        {
            "payout bounce", Verbs.PayoutBounce(Payout, [First, Second], 30),
            "D paid 40, C available 40, D paid 60, C available 60, D receivable 30, C paid 30",
            "available 100 paid -70 receivable 30"
        },
        { "offset", Verbs.Offset(Ann, 7), "D available 7, C receivable 7", "available -7 receivable -7" },
        { "settle", Verbs.Settle(Ann, 7), "D available 7, C paid 7", "available -7 paid 7" },
        { "repay", Verbs.Repay(Ann, 7), "D paid 7, C receivable 7", "paid -7 receivable -7" },
        { "write off", Verbs.WriteOff(Ann, 7), "D expense 7, C receivable 7", "earned 7 receivable -7" },
        {
            "redeem", Verbs.Redeem([First, Second]),
            "D available 40, C paid 40, D available 60, C paid 60", "available -100 paid 100"
        },
        { "hold points", Verbs.HoldPoints([First]), "D available 40, C in_payout 40", "available -40 in_payout 40" },
        { "commit points", Verbs.CommitPoints([First]), "D in_payout 40, C paid 40", "in_payout -40 paid 40" },
        { "release points", Verbs.ReleasePoints([First]), "D in_payout 40, C available 40", "available 40 in_payout -40" },
        { "return points", Verbs.ReturnPoints([First]), "D paid 40, C available 40", "available 40 paid -40" },
        { "forfeit", Verbs.Forfeit(Ann, 7), "D available 7, C expense 7", "reversed 7 available -7" },
        { "convert from", Verbs.ConvertFrom(Ann, Account.Held, 7), "D held 7, C fx 7", "reversed 7 held -7" },
        { "convert to", Verbs.ConvertTo(Ann, Account.Held, 7), "D fx 7, C held 7", "earned 7 held 7" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void MO_80_every_verb_posts_its_row_of_the_table(
        string verb, IReadOnlyList<Entry> entries, string expectedEntries, string expectedDelta)
    {
        var posting = Transfer(entries);

        posting.Fault().ShouldBeNull(verb);
        Told(entries).ShouldBe(expectedEntries, verb);
        Told(BalanceDelta.Of([posting]).ShouldHaveSingleItem()).ShouldBe(expectedDelta, verb);
    }

    [Fact]
    public void Passing_on_empties_the_old_recipient_and_gives_all_to_the_new()
    {
        var entries = Verbs.PassOn(1, 2, new Dictionary<Account, BigInteger>
        {
            [Account.Pending] = 5,
            [Account.Held] = 0,
            [Account.Available] = 10,
            [Account.Receivable] = 3,
        });

        Told(entries).ShouldBe("D pending 5, C pending 5, D available 10, C available 10, D receivable 3, C receivable 3");
        var deltas = BalanceDelta.Of([Transfer(entries)]);
        deltas.Select(delta => $"{delta.RecipientId}: {Told(delta)}").ShouldBe(
        [
            "1: reversed 12 pending -5 available -10 receivable -3",
            "2: earned 12 pending 5 available 10 receivable 3",
        ]);
    }

    [Fact]
    public void One_reward_up_and_another_down_in_one_transfer_are_both_told()
    {
        var entries = Verbs.Earn(new LedgerSubject(1, 10), Account.Pending, 5)
            .Concat(Verbs.TakeBack(new LedgerSubject(1, 11), Account.Pending, 8)).ToList();

        Told(BalanceDelta.Of([Transfer(entries)]).Single()).ShouldBe("earned 5 reversed 8 pending -3");
    }

    [Fact]
    public void Earning_and_approving_at_once_goes_straight_to_available()
    {
        var earn = Transfer(Verbs.Earn(Ann, Account.Pending, 5));
        var approve = Transfer(Verbs.Approve(Ann, 5)) with { TransferId = 2, Kind = TransferKind.Approve };

        var delta = BalanceDelta.Of([earn, approve]).Single();

        Told(delta).ShouldBe("earned 5 available 5");
        delta.TakesAway.ShouldBeFalse();
    }

    [Fact]
    public void MO_85_rows_are_changed_in_the_order_of_recipient_and_unit()
    {
        var euros = Transfer(Verbs.Earn(new LedgerSubject(2), Account.Pending, 5)) with { Unit = Unit.Parse("EUR") };
        var dollars = Transfer([
            .. Verbs.Earn(new LedgerSubject(2), Account.Pending, 5),
            .. Verbs.Earn(new LedgerSubject(1), Account.Pending, 5),
        ]) with { TransferId = 2 };

        BalanceDelta.Of([dollars, euros]).Select(delta => (delta.RecipientId, delta.Unit))
            .ShouldBe([(1, "USD"), (2, "EUR"), (2, "USD")]);
    }

    [Theory]
    [InlineData(5, 4)]
    [InlineData(0, 0)]
    [InlineData(-5, -5)]
    public void MO_82_an_unbalanced_zero_or_negative_set_is_refused(int debit, int credit)
    {
        Transfer(
        [
            new Entry(Account.Expense, null, Side.Debit, debit),
            new Entry(Account.Pending, 1, Side.Credit, credit),
        ]).Fault().ShouldNotBeNull();
    }

    [Fact]
    public void MO_82_an_empty_set_and_misplaced_recipients_are_refused()
    {
        Transfer([]).Fault().ShouldNotBeNull();
        Transfer([new Entry(Account.Expense, 1, Side.Debit, 5), new Entry(Account.Pending, 1, Side.Credit, 5)]).Fault().ShouldNotBeNull();
        Transfer([new Entry(Account.Expense, null, Side.Debit, 5), new Entry(Account.Pending, null, Side.Credit, 5)]).Fault().ShouldNotBeNull();
    }

    [Fact]
    public void Two_rewards_that_balance_only_together_are_refused()
    {
        Transfer(
        [
            new Entry(Account.Available, 1, Side.Debit, 5, RewardId: 10),
            new Entry(Account.Paid, 1, Side.Credit, 5, RewardId: 11),
        ]).Fault().ShouldNotBeNull();
    }

    private static Posting Transfer(IReadOnlyList<Entry> entries) =>
        new(1, TransferKind.Earn, "test", 1, Unit.Parse("USD"), entries);

    private static string Told(IEnumerable<Entry> entries) => string.Join(", ", entries.Select(entry =>
        $"{(entry.Side == Side.Debit ? 'D' : 'C')} {entry.Account.Text()} {entry.Amount}"));

    private static string Told(BalanceDelta delta) => string.Join(' ', new (string Name, BigInteger Amount)[]
    {
        ("earned", delta.Earned), ("reversed", delta.Reversed), ("pending", delta.Pending), ("held", delta.Held),
        ("available", delta.Available), ("in_payout", delta.InPayout), ("paid", delta.Paid), ("receivable", delta.Receivable),
    }.Where(part => !part.Amount.IsZero).Select(part => $"{part.Name} {part.Amount}"));
}

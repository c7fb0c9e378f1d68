using System.Numerics;
using Npgsql;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Ledger;

public sealed class LedgerWriterTests(ClassDatabase shared) : IClassFixture<ClassDatabase>, IAsyncLifetime
{
    private readonly TestDatabase database = shared.Database;
    private LedgerBook book = null!;

    public async ValueTask InitializeAsync() => book = await LedgerBook.OpenAsync(database, TimeProvider.System);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_transfer_its_entries_and_the_balance_are_written_together()
    {
        await book.PostAsync(TransferKind.Earn, "order:1", "USD", Verbs.Earn(new LedgerSubject(7, 70, 1), Account.Pending, 500));
        await book.PostAsync(TransferKind.Earn, "order:2", "USD", Verbs.Earn(new LedgerSubject(7, 71, 2), Account.Pending, 250));
        await book.PostAsync(TransferKind.Approve, "reward:70", "USD", Verbs.Approve(new LedgerSubject(7, 70, 1), 500));

        (await book.BalanceAsync(7, "USD")).ShouldBe("750 0 250 0 500 0 0 0");
        (await book.CountAsync("transfers")).ShouldBe(3);
        (await book.CountAsync("entries")).ShouldBe(6);
    }

    [Fact]
    public async Task Passing_on_makes_the_row_of_a_recipient_that_had_none()
    {
        await book.PostAsync(TransferKind.Earn, "order:1", "USD", Verbs.Earn(new LedgerSubject(9), Account.Available, 500));

        await book.PostAsync(TransferKind.PassOn, "customer:9", "USD",
            Verbs.PassOn(9, 3, new Dictionary<Account, BigInteger> { [Account.Available] = 500 }));

        (await book.BalanceAsync(9, "USD")).ShouldBe("500 500 0 0 0 0 0 0");
        (await book.BalanceAsync(3, "USD")).ShouldBe("500 0 0 0 500 0 0 0");
    }

    [Fact]
    public async Task MO_81_no_balance_goes_below_zero_and_nothing_of_the_attempt_stays()
    {
        await book.PostAsync(TransferKind.Earn, "order:1", "USD", Verbs.Earn(new LedgerSubject(7), Account.Pending, 500));

        var broken = await Should.ThrowAsync<PostgresException>(() =>
            book.PostAsync(TransferKind.Approve, "reward:1", "USD", Verbs.Approve(new LedgerSubject(7), 501)));

        broken.SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
        (await book.BalanceAsync(7, "USD")).ShouldBe("500 0 500 0 0 0 0 0");
        (await book.CountAsync("transfers")).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_kind_cause_and_sequence_is_posted_once()
    {
        await book.PostAsync(TransferKind.Earn, "order:1", "USD", Verbs.Earn(new LedgerSubject(7), Account.Pending, 500));

        var again = await book.PostAsync(TransferKind.Earn, "order:1", "USD", Verbs.Earn(new LedgerSubject(7), Account.Pending, 500));

        again.Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
        (await book.BalanceAsync(7, "USD")).ShouldBe("500 0 500 0 0 0 0 0");
    }

    [Fact]
    public async Task I17_the_largest_amounts_are_kept_exactly_and_what_exceeds_them_is_refused()
    {
        var largest = LedgerBook.Big("999999999999999999999999999999999999999999999999999999999999999999999999999999");
        const string token = "chain:1/0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
        await book.PostAsync(TransferKind.Earn, "order:1", "USD", Verbs.Earn(new LedgerSubject(7), Account.Pending, long.MaxValue));
        await book.PostAsync(TransferKind.Earn, "order:1b", token, Verbs.EarnOnChain(new LedgerSubject(7), largest));

        var oneMore = await book.PostAsync(TransferKind.Earn, "order:2", "USD", Verbs.Earn(new LedgerSubject(7), Account.Pending, 1));
        var oneMoreToken = await book.PostAsync(TransferKind.Earn, "order:2", token, Verbs.EarnOnChain(new LedgerSubject(7), 1));
        var tooMuchAtOnce = await book.PostAsync(TransferKind.Earn, "order:3", "USD", [
            .. Verbs.Earn(new LedgerSubject(8), Account.Pending, long.MaxValue),
            .. Verbs.Earn(new LedgerSubject(9), Account.Pending, 1),
        ]);

        oneMore.Problem.Code.ShouldBe(ProblemCode.AmountOutOfRange);
        oneMoreToken.Problem.Code.ShouldBe(ProblemCode.AmountOutOfRange);
        tooMuchAtOnce.Problem.Code.ShouldBe(ProblemCode.AmountOutOfRange);
        (await book.BalanceAsync(7, "USD")).ShouldBe($"{long.MaxValue} 0 {long.MaxValue} 0 0 0 0 0");
        (await book.BalanceAsync(7, token)).ShouldBe($"{largest} 0 0 0 {largest} 0 0 0");
        (await book.CountAsync("transfers")).ShouldBe(2);
    }

    [Fact]
    public async Task D31_crossing_transfers_of_two_recipients_do_not_deadlock()
    {
        foreach (var recipient in new[] { 1L, 2L })
            await book.PostAsync(TransferKind.Earn, $"start:{recipient}", "USD", Verbs.Earn(new LedgerSubject(recipient), Account.Available, 1_000));

        await Parallel.ForAsync(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, _) =>
        {
            var (from, to) = n % 2 == 0 ? (1L, 2L) : (2L, 1L);
            (await book.PostAsync(TransferKind.PassOn, $"cross:{n}", "USD",
                Verbs.PassOn(from, to, new Dictionary<Account, BigInteger> { [Account.Available] = 1 }))).Succeeded.ShouldBeTrue();
        });

        (await book.BalanceAsync(1, "USD")).ShouldBe("1050 50 0 0 1000 0 0 0");
        (await book.BalanceAsync(2, "USD")).ShouldBe("1050 50 0 0 1000 0 0 0");
        await using var owner = await database.OpenAsOwnerAsync();
        await using var command = new NpgsqlCommand("select deadlocks from pg_stat_database where datname = current_database()", owner);
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
    }
}

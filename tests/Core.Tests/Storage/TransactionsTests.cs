using Shouldly;
using Tributary.Primitives;
using Tributary.Storage;
using Tributary.Tests.Support;
using Xunit;

namespace Tributary.Core.Tests.Storage;

public sealed class TransactionsTests(PostgresFixture postgres)
{
    private static readonly Caller SomeKey = new("key:1", Trusted: true);

    [Fact]
    public async Task An_operation_that_lost_a_race_runs_again_from_its_start()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var transactions = new Transactions(database.Database, TimeProvider.System);
        int runs = 0;
        var outcome = await transactions.RunAsync<string>(
            1, SomeKey, (_, _) => ++runs < 4 ? throw new LostRaceException("Lost.") : Task.FromResult<Outcome<string>>("won"), default);
        outcome.Value.ShouldBe("won");
    }

    [Fact]
    public async Task One_that_loses_every_time_is_told_to_come_again()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var transactions = new Transactions(database.Database, TimeProvider.System);
        int runs = 0;
        var outcome = await transactions.RunAsync<string>(
            1, SomeKey, (_, _) => throw new LostRaceException($"Lost {++runs} times."), default);
        outcome.Problem.Code.ShouldBe(ProblemCode.Busy);
        runs.ShouldBeGreaterThan(4);
    }
}

using Shouldly;
using Tributary.Keys;
using Tributary.Programs;
using Tributary.Storage;
using Tributary.Tests.Support;
using Xunit;

namespace Tributary.Core.Tests.Keys;

public sealed class GuessedCodesTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task F24_the_thousandth_unknown_code_of_a_day_stops_the_key_on_every_node()
    {
        var clock = new HandClock();
        await using TestDatabase database = await postgres.CreateDatabaseAsync();
        await using var node = new KeyNode(database.Database, clock, new TestSealer());
        ReferralProgram program = (await node.CreateProgramAsync()).Program;
        GuessedCodes[] nodes = [new(database.Database, clock), new(database.Database, clock)];
        await Parallel.ForAsync(0, GuessedCodes.MostADay - 1, async (n, _) => await nodes[n % 2].CountAsync(program.Id, 7, None));
        (await nodes[0].WaitAsync(program.Id, 7, None)).ShouldBeNull();
        await nodes[0].CountAsync(program.Id, 7, None);
        foreach (var each in nodes)
            (await each.WaitAsync(program.Id, 7, None)).ShouldNotBeNull().ShouldBeInRange(1, 86_400);
        (await nodes[0].WaitAsync(program.Id, 8, None)).ShouldBeNull();
        clock.Advance(TimeSpan.FromDays(1));
        (await nodes[1].WaitAsync(program.Id, 7, None)).ShouldBeNull();
    }
}

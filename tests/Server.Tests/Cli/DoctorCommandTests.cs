using Npgsql;
using Tributary.Server.Cli;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Cli;

public sealed class DoctorCommandTests(PostgresFixture postgres)
{
    [Fact]
    public async Task It_prints_a_line_for_each_check_and_fails_where_one_is_broken()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var options = new ServerOptions { Database = database.Connections };
        await using var healthy = new StringWriter();
        await using var broken = new StringWriter();

        (await DoctorCommand.RunAsync(options, healthy, default)).ShouldBe(0);
        await using (var owner = await database.OpenAsOwnerAsync())
        await using (var drop = new NpgsqlCommand("drop index rewards_standing", owner))
            await drop.ExecuteNonQueryAsync();
        (await DoctorCommand.RunAsync(options, broken, default)).ShouldBe(1);

        healthy.ToString().ShouldContain("ok      The unique keys");
        healthy.ToString().ShouldContain("ok      Every transfer balances and has its entries: 0 transfers");
        healthy.ToString().ShouldContain("note    PostgreSQL keeps what it acknowledged");
        healthy.ToString().TrimEnd().ShouldEndWith("Healthy.");
        broken.ToString().ShouldContain("BROKEN  The unique keys");
        broken.ToString().ShouldContain("rewards_standing is missing");
        var checks = healthy.ToString().Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal) || line.StartsWith("note ", StringComparison.Ordinal));
        checks.ShouldBeGreaterThanOrEqualTo(20);
        broken.ToString().TrimEnd().ShouldEndWith($"Broken: 1 of {checks}.");
    }
}

using System.Net;
using Dapper;
using Npgsql;
using Tributary.Clicks;
using Tributary.Clicks.Keeping;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Clicks;

/// <summary>Months, retention and salts: what is old is gone, and counters are as they were.</summary>
public sealed class ClickKeepingTests(PostgresFixture postgres)
{
    private const string NewProgramSql = """
        with w as (insert into workspaces (name, created_at) values ('w', now()) returning workspace_id)
        insert into programs (workspace_id, public_id, name, mode, state, currency, settings, hash_key, created_at)
        select workspace_id, 'p', 'P', 'live', 'active', 'USD', '{}', '', now() from w returning program_id
        """;

    [Fact]
    public async Task Months_are_made_ahead_take_over_what_came_before_them_and_are_dropped_when_old()
    {
        await using var test = await postgres.CreateDatabaseAsync();
        var clock = new HandClock(ClickStand.Noon);
        var months = new ClickPartitions(test.Connections, clock);
        await using var stand = ClickStand.Open(test.Database);
        await stand.RecordAsync(stand.Click(0), stand.Click(40 * 86_400));
        (await months.MakeAsync(default)).ShouldBe(4);
        (await months.MakeAsync(default)).ShouldBe(0);
        await using var connection = await test.OpenAsOwnerAsync();
        (await connection.ExecuteScalarAsync<long>("select count(*) from clicks_rest")).ShouldBe(0);
        (await connection.ExecuteScalarAsync<long>("select count(*) from clicks_2026_01")).ShouldBe(1);
        (await connection.ExecuteScalarAsync<long>("select count(*) from clicks_2026_02")).ShouldBe(1);
        (await stand.RecordAsync(stand.Click(60))).ShouldBe([Tributary.Clicks.Intake.ClickFate.Committed]);

        // What came for a time without a month goes in its time too.
        await stand.RecordAsync(stand.Click(-100 * 86_400));
        (await connection.ExecuteScalarAsync<long>("select count(*) from clicks_rest")).ShouldBe(1);
        clock.Set(new DateTimeOffset(2027, 3, 4, 0, 0, 0, TimeSpan.Zero));
        (await months.DropAsync(TimeSpan.FromDays(396), default)).ShouldBe(1);
        (await stand.RowsAsync()).Count.ShouldBe(1);
        (await connection.ExecuteScalarAsync<long>("select count(*) from clicks_rest")).ShouldBe(0);
        (await stand.CountsAsync()).Requests.ShouldBe(4);
        await connection.ExecuteAsync(NewProgramSql.Replace("'{}'", """'{"attribution":{"windowDays":900}}'""", StringComparison.Ordinal));
        clock.Set(new DateTimeOffset(2028, 1, 1, 0, 0, 0, TimeSpan.Zero));
        (await months.DropAsync(TimeSpan.FromDays(396), default)).ShouldBe(0);
        // Without a limit is as long as a window can be.
        await connection.ExecuteAsync("""update programs set settings = '{"attribution":{"windowDays":0}}'""");
        clock.Set(new DateTimeOffset(2035, 1, 1, 0, 0, 0, TimeSpan.Zero));
        (await months.DropAsync(TimeSpan.FromDays(396), default)).ShouldBe(0);
        clock.Set(new DateTimeOffset(2037, 1, 1, 0, 0, 0, TimeSpan.Zero));
        (await months.DropAsync(TimeSpan.FromDays(396), default)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task CL54_details_invalid_rows_agents_marks_and_hours_go_in_their_time_and_counters_stay()
    {
        await using var test = await postgres.CreateDatabaseAsync();
        await using var connection = await test.OpenAsOwnerAsync();
        var programId = await connection.ExecuteScalarAsync<long>(NewProgramSql);
        var clock = new HandClock(ClickStand.Noon);
        await using var stand = ClickStand.Open(test.Database, programId: programId);
        await stand.RecordAsync(stand.Click() with { Address = "203.0.113.0/24", Browser = "Chrome", ReferringHost = "a.example" }, stand.Click(1, verdict: Verdict.Bot));
        var before = await CountersAsync(connection);
        var retention = new ClickRetention(test.Database, new ClickPartitions(test.Connections, clock), new VisitorKeys(test.Database), new ClickRetentionSettings(), clock);

        await RunAfterAsync(29);
        (await CountAsync("clicks where verdict = 'bot'"), await CountAsync("agents"), await CountAsync("program_hours")).ShouldBe((1, 1, 1));
        await RunAfterAsync(32);
        (await CountAsync("clicks where verdict = 'bot'"), await CountAsync("agents"), await CountAsync("program_hours")).ShouldBe((0, 0, 0));
        (await CountAsync("clicks where address is not null and browser is not null")).ShouldBe(1);
        await RunAfterAsync(91);
        (await CountAsync("clicks where address is null and browser is null and agent_id is null and referring_host is null")).ShouldBe(1);
        (await CountAsync("unique_marks")).ShouldBe(2);
        await RunAfterAsync(398);
        (await CountAsync("unique_marks")).ShouldBe(0);
        (await CountersAsync(connection)).ShouldBe(before);

        Task<long> CountAsync(string what) => connection.ExecuteScalarAsync<long>("select count(*) from " + what);

        async Task RunAfterAsync(int days)
        {
            clock.Set(ClickStand.Noon.AddDays(days));
            await retention.RunAsync(default);
        }
    }

    [Fact]
    public async Task CL90_a_duplicate_is_kept_as_long_as_the_click_it_stands_for()
    {
        await using var test = await postgres.CreateDatabaseAsync();
        await using var connection = await test.OpenAsOwnerAsync();
        var clock = new HandClock(ClickStand.Noon.AddDays(60));
        await using var stand = ClickStand.Open(test.Database, programId: await connection.ExecuteScalarAsync<long>(NewProgramSql));
        var visitor = ClickStand.NewVisitor();
        await stand.RecordAsync(stand.Click(brought: visitor), stand.Click(1, brought: visitor), stand.Click(2, verdict: Verdict.Scanner));
        await new ClickRetention(test.Database, new ClickPartitions(test.Connections, clock), new VisitorKeys(test.Database), new ClickRetentionSettings(), clock).RunAsync(default);
        (await stand.RowsAsync()).Select(row => row.Verdict).ShouldBe(["valid", "duplicate"]);
    }

    [Fact]
    public async Task CL31_a_days_salt_is_shared_by_nodes_and_destroyed_so_that_its_keys_cannot_be_made_again()
    {
        await using var test = await postgres.CreateDatabaseAsync();
        await using var connection = await test.OpenAsOwnerAsync();
        var programId = await connection.ExecuteScalarAsync<long>(NewProgramSql);
        var clock = new HandClock(ClickStand.Noon);
        var (day, address) = (new DateOnly(2026, 1, 15), IPAddress.Parse("203.0.113.9"));
        var patience = TimeSpan.FromSeconds(30);
        var (one, other) = (new VisitorKeys(test.Database, patience), new VisitorKeys(test.Database, patience));
        var key = await one.DeriveAsync(programId, day, address, "agent");
        (await other.DeriveAsync(programId, day, address, "agent")).ShouldBe(key);
        (await one.DeriveAsync(programId, day, IPAddress.Parse("203.0.113.10"), "agent")).ShouldNotBe(key);
        (await one.DeriveAsync(programId, day, address, "agent 2")).ShouldNotBe(key);
        (await one.DeriveAsync(programId, day.AddDays(1), address, "agent")).ShouldNotBe(key);

        var retention = new ClickRetention(test.Database, new ClickPartitions(test.Connections, clock), one, new ClickRetentionSettings(), clock);
        clock.Set(new DateTimeOffset(2026, 1, 16, 23, 59, 0, TimeSpan.Zero));
        await retention.DestroySaltsAsync(default);
        (await one.DeriveAsync(programId, day, address, "agent")).ShouldBe(key);
        clock.Set(new DateTimeOffset(2026, 1, 17, 0, 0, 0, TimeSpan.Zero));
        await retention.DestroySaltsAsync(default);
        (await connection.ExecuteScalarAsync<long>("select count(*) from visitor_salts where day <= @day", new { day = day.ToDateTime(TimeOnly.MinValue) })).ShouldBe(0);
        (await one.DeriveAsync(programId, day, address, "agent")).ShouldNotBe(key);
    }

    [Fact]
    public async Task CL31_without_a_database_visitors_still_have_keys()
    {
        await using var test = await postgres.CreateDatabaseAsync();
        await using var away = new Database(test.Connections.Server, open: false);
        var keys = new VisitorKeys(away);
        var key = await keys.DeriveAsync(1, new DateOnly(2026, 1, 15), null, "agent");
        (await keys.DeriveAsync(1, new DateOnly(2026, 1, 15), null, "agent")).ShouldBe(key);
    }

    private static Task<string?> CountersAsync(NpgsqlConnection connection) =>
        connection.ExecuteScalarAsync<string>("select json_agg(d order by link_id, day)::text from link_days d");
}

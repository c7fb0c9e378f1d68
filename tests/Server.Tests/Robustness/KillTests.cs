using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace Tributary.Server.Tests.Robustness;

/// <summary>Sudden death while orders and refunds stream in.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task R1_what_was_acknowledged_survives_the_servers_death()
    {
        var chance = Rounds.Chance();
        await using var node = await DemoNode.StartAsync();
        using var log = new AcknowledgementLog(Path.Combine(node.Folder, "acknowledged"));
        for (int round = 0; round < Rounds.Of(quick: 8, @long: 200); round++)
        {
            int orphan = node.Postmaster().ShouldNotBeNull().ProcessId;
            await using var tills = Tills.Open(node, log);
            await Task.Delay(chance.Next(20, 800));
            await node.KillServerAsync();
            await tills.CloseAsync();

            (await node.ServeAsync()).ShouldBeLessThan(Rounds.Limit(5));
            node.Postmaster().ShouldNotBeNull().ProcessId.ShouldBe(orphan);
            await using var connection = await node.OpenAsync();
            await Oracle.CheckAsync(connection, log);
        }
        log.Acknowledged().Count.ShouldBeGreaterThan(20);
        await node.ShouldBeHealthyAsync();
    }

    [Fact]
    public async Task R2_what_was_acknowledged_survives_the_death_of_postgres()
    {
        var chance = Rounds.Chance();
        await using var node = await DemoNode.StartAsync();
        using var log = new AcknowledgementLog(Path.Combine(node.Folder, "acknowledged"));
        await using var tills = Tills.Open(node, log);
        for (int round = 0; round < Rounds.Of(quick: 5, @long: 100); round++)
        {
            await Task.Delay(chance.Next(100, 600));
            int acknowledged = log.Acknowledged().Count;
            int killed = node.Postmaster().ShouldNotBeNull().ProcessId;
            Kill(killed);
            await ShouldRecoverAsync(node, killed);
            await UntilMoreThanAsync(log, acknowledged);
        }
        await tills.CloseAsync();
        tills.Refused.ShouldBeGreaterThan(0);
        await using var connection = await node.OpenAsync();
        await Oracle.CheckAsync(connection, log);
        await node.ShouldBeHealthyAsync();
    }

    [Fact]
    public async Task R2_what_was_acknowledged_survives_the_death_of_one_backend()
    {
        var chance = Rounds.Chance();
        await using var node = await DemoNode.StartAsync();
        using var log = new AcknowledgementLog(Path.Combine(node.Folder, "acknowledged"));
        await using var tills = Tills.Open(node, log);
        for (int round = 0; round < Rounds.Of(quick: 3, @long: 100); round++)
        {
            await Task.Delay(chance.Next(200, 600));
            int postmaster = node.Postmaster().ShouldNotBeNull().ProcessId;
            int acknowledged = log.Acknowledged().Count;
            while (!TryKill(await AnyBackendAsync(node)))
            {
                // It has ended by itself meanwhile: another one.
            }
            await UntilMoreThanAsync(log, acknowledged + 8);
            node.Postmaster().ShouldNotBeNull().ProcessId.ShouldBe(postmaster);
        }
        await tills.CloseAsync();
        await using var connection = await node.OpenAsync();
        await Oracle.CheckAsync(connection, log);
        await node.ShouldBeHealthyAsync();
    }

    /// <summary>
    /// Meanwhile the native API says when to come back, in its own shape; the tills check theirs. A killed process takes a
    /// while to die, and those it leaves behind go on answering: only another one in its place is a recovery.
    /// </summary>
    private static async Task ShouldRecoverAsync(DemoNode node, int killed)
    {
        var outage = Stopwatch.StartNew();
        while (true)
        {
            using var answer = await node.GetAsync("/orders/demo-1001");
            if (answer.StatusCode == HttpStatusCode.OK && node.Postmaster() is { } postmaster && postmaster.ProcessId != killed)
                return;
            outage.Elapsed.ShouldBeLessThan(Rounds.Limit(5));
            if (answer.StatusCode != HttpStatusCode.OK)
                await ShouldPromiseLaterAsync(answer);
            await Task.Delay(20);
        }
    }

    private static async Task ShouldPromiseLaterAsync(HttpResponseMessage answer)
    {
        string body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, body);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
    }

    private static async Task UntilMoreThanAsync(AcknowledgementLog log, int acknowledged)
    {
        var waited = Stopwatch.StartNew();
        while (log.Acknowledged().Count <= acknowledged)
        {
            waited.Elapsed.ShouldBeLessThan(Rounds.Limit(10));
            await Task.Delay(50);
        }
    }

    /// <summary>A process of PostgreSQL that serves the node, once there is one again.</summary>
    private static async Task<int> AnyBackendAsync(DemoNode node)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = await node.OpenAsync();
                return await connection.QueryFirstAsync<int>("""
                    select pid from pg_stat_activity where usename = 'tributary' order by state = 'active' desc, random()
                    """);
            }
            catch (NpgsqlException) when (waited.Elapsed < Rounds.Limit(5))
            {
                await Task.Delay(50);
            }
        }
    }

    private static bool TryKill(int processId)
    {
        try
        {
            Kill(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
    }
}

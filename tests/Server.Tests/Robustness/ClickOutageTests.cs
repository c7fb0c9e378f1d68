using System.Diagnostics;
using Dapper;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Robustness;

/// <summary>Clicks while server and database die, stand still or restart: each that was answered is there once, and the counters say so.</summary>
public sealed class ClickOutageTests
{
    [Fact]
    public async Task R18_redirects_survive_a_stopped_and_a_frozen_database()
    {
        await using var node = await DemoNode.StartAsync();
        var path = await Visitors.MakeLinkAsync(node, "OUTAGE");
        await using var visitors = Visitors.Open(node, path);
        await visitors.UntilAsync(() => visitors.Answered.Count > 50);
        visitors.TakeSlowest();

        // SIGKILL of all of PostgreSQL; the server starts it again by itself.
        Processes.Signal("KILL", Processes.OfCluster(node.Postmaster().ShouldNotBeNull().ProcessId));
        await Task.Delay(TimeSpan.FromSeconds(Rounds.Of(quick: 3, @long: 30)));
        visitors.TakeSlowest().ShouldBeLessThan(Rounds.Limit(2));

        await visitors.UntilAsync(() => node.Postmaster() is not null && node.SpoolBytes() == 0);
        var frozen = Processes.OfCluster(node.Postmaster().ShouldNotBeNull().ProcessId);
        var before = visitors.Answered.Count;
        Processes.Signal("STOP", frozen);
        await Task.Delay(TimeSpan.FromSeconds(Rounds.Of(quick: 8, @long: 60)));
        Processes.Signal("CONT", frozen);
        visitors.TakeSlowest().ShouldBeLessThan(Rounds.Limit(2));
        visitors.Answered.Count.ShouldBeGreaterThan(before + 50);

        await visitors.CloseAsync();
        visitors.Unreached.ShouldBe(0);
        visitors.Refused.ShouldBe(0);
        await ShouldBeAllThereAsync(node, visitors);
    }

    [Fact]
    public async Task R1_every_answered_click_survives_the_servers_death_once()
    {
        var chance = Rounds.Chance();
        await using var node = await DemoNode.StartAsync();
        var path = await Visitors.MakeLinkAsync(node, "KILLED");
        await using var visitors = Visitors.Open(node, path);
        for (var round = 0; round < Rounds.Of(quick: 4, @long: 100); round++)
        {
            var answered = visitors.Answered.Count;
            await visitors.UntilAsync(() => visitors.Answered.Count > answered + 20);
            await Task.Delay(chance.Next(20, 400));
            if (round % 2 == 1)
                Processes.Signal("KILL", Processes.OfCluster(node.Postmaster().ShouldNotBeNull().ProcessId));
            await node.KillServerAsync();
            await node.ServeAsync();
        }
        await visitors.CloseAsync();
        await ShouldBeAllThereAsync(node, visitors);
        await node.ShouldBeHealthyAsync();
    }

    [Fact]
    public async Task R19_a_restart_under_load_answers_all_and_empties_the_spool()
    {
        await using var node = await DemoNode.StartAsync();
        var path = await Visitors.MakeLinkAsync(node, "RESTART");
        await using var visitors = Visitors.Open(node, path);
        await visitors.UntilAsync(() => visitors.Answered.Count > 200);
        var begun = Stopwatch.StartNew();
        (await node.Server.TerminateAsync()).ShouldBe(0, node.Server.Output);
        begun.Elapsed.ShouldBeLessThan(Rounds.Limit(30));
        node.Postmaster().ShouldBeNull();
        node.SpoolBytes().ShouldBe(0);
        await node.ServeAsync();
        await visitors.CloseAsync();
        await ShouldBeAllThereAsync(node, visitors);
    }

    private static async Task ShouldBeAllThereAsync(DemoNode node, Visitors visitors)
    {
        await visitors.UntilAsync(() => node.Postmaster() is not null && node.SpoolBytes() == 0);
        await using var connection = await node.OpenAsync();
        var rows = (await connection.QueryAsync<Guid>("select click_id from clicks")).ToList();
        rows.ShouldBeUnique();
        visitors.Answered.Keys.Except(rows).ShouldBeEmpty("answered, but lost");
        visitors.Answered.Count.ShouldBeGreaterThan(20);
        foreach (var programId in await connection.QueryAsync<long>("select program_id from programs"))
            (await connection.QueryAsync<string>(ClickSums.DifferencesSql, new { ProgramId = programId })).ShouldBeEmpty();
    }
}

using Dapper;

namespace Tributary.Server.Tests.Robustness;

/// <summary>Clicks while PostgreSQL stands still: each answer is behind a sync of the spool, and a sync that fails is told.</summary>
public sealed class SpoolSyncTests
{
    private const string Syncs = "trace=fsync,fdatasync";

    [Fact]
    public async Task R3_every_spooled_click_is_behind_a_sync()
    {
        await using var node = await DemoNode.StartAsync();
        await using var visitor = Visitors.Open(node, await Visitors.MakeLinkAsync(node, "SYNCED"), count: 1);
        var frozen = await FreezeAsync(node, visitor);
        int answered;
        int syncs;
        try
        {
            await using var tracer = await Tracer.AttachToServerAsync(node, "-e", Syncs);
            var before = visitor.Answered.Count;
            await visitor.UntilAsync(() => visitor.Answered.Count >= before + 20);
            answered = visitor.Answered.Count - before;
            syncs = await tracer.CountAsync();
        }
        finally
        {
            Processes.Signal("CONT", frozen);
        }
        // The first one's may have been before all was watched.
        syncs.ShouldBeGreaterThanOrEqualTo(answered - 1);
        await visitor.CloseAsync();
    }

    [Fact]
    public async Task R4_a_spool_that_fails_loses_clicks_aloud_and_holds_up_nobody()
    {
        await using var node = await DemoNode.StartAsync();
        await using var visitors = Visitors.Open(node, await Visitors.MakeLinkAsync(node, "FAILING"));
        var frozen = await FreezeAsync(node, visitors);
        HashSet<Guid> kept = [.. visitors.Answered.Keys];
        HashSet<Guid> doubtful;
        try
        {
            await using (await Tracer.AttachToServerAsync(node, "-e", Syncs, "-e", "inject=fsync,fdatasync:error=EIO"))
            {
                await visitors.UntilAsync(() => node.Server.Output.Contains("CLICKS ARE BEING LOST", StringComparison.Ordinal));
                var answered = visitors.Answered.Count;
                await visitors.UntilAsync(() => visitors.Answered.Count > answered + 50);
                using var readiness = await node.Server.Client.GetAsync("/readyz");
                ((int)readiness.StatusCode).ShouldBe(503);
                (await readiness.Content.ReadAsStringAsync()).ShouldContain("spool_failing");
                using var life = await node.Server.Client.GetAsync("/healthz");
                ((int)life.StatusCode).ShouldBe(200);
            }
            await Task.Delay(500);
            doubtful = [.. visitors.Answered.Keys.Except(kept)];
            await visitors.UntilAsync(() => visitors.Answered.Count > kept.Count + doubtful.Count + 50);
        }
        finally
        {
            Processes.Signal("CONT", frozen);
        }
        await visitors.CloseAsync();
        visitors.Refused.ShouldBe(0);
        await visitors.UntilAsync(() => node.SpoolBytes() == 0);
        await using var connection = await node.OpenAsync();
        HashSet<Guid> rows = [.. await connection.QueryAsync<Guid>("select click_id from clicks")];
        visitors.Answered.Keys.Except(doubtful).Except(rows).ShouldBeEmpty("kept, but lost");
        doubtful.Except(rows).ShouldNotBeEmpty();
        await node.Server.WaitUntilReadyAsync();
        await node.ShouldBeHealthyAsync();
    }

    [Fact]
    public async Task CL60_a_disk_that_hangs_holds_up_nobody_and_loses_nothing()
    {
        await using var node = await DemoNode.StartAsync();
        await using var visitors = Visitors.Open(node, await Visitors.MakeLinkAsync(node, "HANGING"), count: 2);
        var frozen = await FreezeAsync(node, visitors);
        try
        {
            await using (await Tracer.AttachToServerAsync(node, "-e", Syncs, "-e", "inject=fsync,fdatasync:delay_enter=4000000"))
            {
                // Two at a time behind syncs of four seconds would take forty.
                var answered = visitors.Answered.Count;
                var waited = System.Diagnostics.Stopwatch.StartNew();
                await visitors.UntilAsync(() => visitors.Answered.Count >= answered + 20);
                waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(25));
            }
        }
        finally
        {
            Processes.Signal("CONT", frozen);
        }
        await visitors.CloseAsync();
        visitors.Refused.ShouldBe(0);
        await visitors.UntilAsync(() => node.SpoolBytes() == 0);
        await using var connection = await node.OpenAsync();
        HashSet<Guid> rows = [.. await connection.QueryAsync<Guid>("select click_id from clicks")];
        visitors.Answered.Keys.Except(rows).ShouldBeEmpty();
    }

    /// <summary>Returns when clicks go to the spool.</summary>
    private static async Task<List<int>> FreezeAsync(DemoNode node, Visitors visitors)
    {
        await visitors.UntilAsync(() => visitors.Answered.Count > 20);
        var frozen = Processes.OfCluster(node.Postmaster().ShouldNotBeNull().ProcessId);
        Processes.Signal("STOP", frozen);
        await visitors.UntilAsync(() => node.SpoolBytes() > 0);
        return frozen;
    }
}

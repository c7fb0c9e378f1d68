using System.Diagnostics;
using System.Net;

namespace Tributary.Server.Tests.Robustness;

/// <summary>An acknowledgement is behind a sync, and a sync that fails is not swallowed.</summary>
public sealed class SyncTests
{
    private const int Orders = 20;

    [Fact]
    public async Task R3_every_acknowledgement_is_behind_a_sync()
    {
        await using var node = await DemoNode.StartAsync();
        await OrderAsync(node, "before");
        await using var tracer = await Tracer.AttachAsync(node, "-e", "trace=fsync,fdatasync");
        for (int n = 0; n < Orders; n++)
            (await OrderAsync(node, $"s{n}")).ShouldBe(HttpStatusCode.OK);
        (await tracer.CountAsync()).ShouldBeGreaterThanOrEqualTo(Orders);
    }

    [Fact]
    public async Task R4_nothing_is_acknowledged_while_syncs_fail()
    {
        await using var node = await DemoNode.StartAsync();
        using var log = new AcknowledgementLog(Path.Combine(node.Folder, "acknowledged"));
        for (int n = 0; n < 5; n++)
            (await SellAsync(node, log, $"r-{n}")).ShouldBe(HttpStatusCode.OK);
        int first = node.Postmaster().ShouldNotBeNull().ProcessId;
        bool unready = false;
        await using (await Tracer.AttachAsync(node, "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"))
        {
            var outage = Stopwatch.StartNew();
            for (int n = 100; await SellAsync(node, log, $"r-{n}") != HttpStatusCode.OK; n++)
            {
                unready |= await ReadinessAsync(node) == HttpStatusCode.ServiceUnavailable;
                outage.Elapsed.ShouldBeLessThan(Rounds.Limit(20));
                await Task.Delay(20);
            }
        }

        unready.ShouldBeTrue();
        // PostgreSQL stopped itself over the first failed sync; what acknowledges again is another one.
        node.Postmaster().ShouldNotBeNull().ProcessId.ShouldNotBe(first);
        await using var connection = await node.OpenAsync();
        await Oracle.CheckAsync(connection, log);
        await node.ShouldBeHealthyAsync();
    }

    private static async Task<HttpStatusCode> SellAsync(DemoNode node, AcknowledgementLog log, string order)
    {
        log.WriteSent($"order {order}");
        var status = await OrderAsync(node, order);
        if (status == HttpStatusCode.OK)
            log.WriteAcknowledged($"order {order}");
        return status;
    }

    private static async Task<HttpStatusCode> OrderAsync(DemoNode node, string order)
    {
        using var answer = await node.PostAsync("orders", $$"""{"customerId":"buyer of {{order}}","orderId":"{{order}}","totalPaid":10}""");
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> ReadinessAsync(DemoNode node)
    {
        using var answer = await node.Server.Client.GetAsync("/readyz");
        return answer.StatusCode;
    }
}

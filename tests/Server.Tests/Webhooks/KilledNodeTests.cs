using System.Text.Json.Nodes;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Storage;
using Tributary.Tests.Support;
using Tributary.Webhooks;

namespace Tributary.Server.Tests.Webhooks;

/// <summary>A node that is killed while it sends (R14, W10).</summary>
public sealed class KilledNodeTests(PostgresFixture postgres)
{
    private const int Events = 150;

    [Fact]
    public async Task R14_W10_after_kill_9_another_node_goes_on_in_order_and_never_two_send_at_once()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, _, _) => Task.Delay(20);
        var programId = await PrepareAsync(database, receiver);
        // Committed by a node that died before it told anybody.
        await RaiseAsync(database, programId);
        var folder = TestFolders.Create("tributary-hooks-");
        try
        {
            var first = ServerProcess.Start(EnvironmentOf(database, folder), "serve");
            await receiver.WaitForAsync(40, TimeSpan.FromSeconds(60));
            await first.KillAsync();
            var sent = receiver.All.Count;
            await using (ServerProcess.Start(EnvironmentOf(database, folder), "serve"))
                await Until.TrueAsync(() => Sequences(receiver).Distinct().Count() == Events, TimeSpan.FromSeconds(90));
            Sequences(receiver).Distinct().ShouldBe(Enumerable.Range(1, Events).Select(n => (long)n));
            receiver.MostAtOnce.ShouldBe(1);
            // What was sent and not written down yet comes again, at most once.
            Sequences(receiver).GroupBy(n => n).Max(same => same.Count()).ShouldBeLessThanOrEqualTo(2);
            receiver.All.Count.ShouldBeLessThan(Events + sent);
        }
        finally
        {
            TestFolders.Delete(folder);
        }
    }

    private static async Task<long> PrepareAsync(TestDatabase database, Receiver receiver)
    {
        await using var server = await TestServer.StartAsync(database.Connections, settings: HookNode.Allow);
        var program = (await server.Get<ProgramRegister>().CreateAsync(new NewProgram("Shop", "USD"), V1Node.Operator, default)).Value.Program;
        (await server.Get<WebhookRegister>().CreateAsync(
            program, new NewEndpoint(null, "Orders", receiver.Url + "/", WebhookFormat.Native, ["order.created"]), V1Node.Operator, default)).Succeeded.ShouldBeTrue();
        return program.Id;
    }

    private static Task RaiseAsync(TestDatabase database, long programId) => new Transactions(database.Database, TimeProvider.System).RunAsync<string>(
        programId, V1Node.Operator,
        (tx, _) =>
        {
            for (var n = 0; n < Events; n++)
                tx.Raise(EventType.OrderCreated, $"order:{n}", new JsonObject { ["n"] = n });
            return Task.FromResult<Primitives.Outcome<string>>("done");
        },
        default);

    private static Dictionary<string, string> EnvironmentOf(TestDatabase database, string folder) => new()
    {
        ["TRIBUTARY_DATA"] = folder,
        ["TRIBUTARY_DATABASE"] = database.Connections.Owner,
        ["TRIBUTARY_MASTER_KEY"] = Convert.ToBase64String(new byte[32]),
        ["TRIBUTARY_OUTBOUND_ALLOW"] = "127.0.0.0/8",
        ["TRIBUTARY_OUTBOUND_ANY_PORT"] = "true",
    };

    private static IEnumerable<long> Sequences(Receiver receiver) => receiver.All.Select(message => (long)message.Json["sequence"]!);
}

using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.AspNetCore.Http;
using Tributary.ChainOrders;
using Tributary.ChainOrders.Following;
using Tributary.Chains;
using Tributary.Programs;
using Tributary.Server.Api.DeBridge.Following;
using Tributary.Server.Api.DeBridge.Gateway;
using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;
using static Tributary.Server.Tests.DeBridge.Sample;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>States that are asked of an upstream's tracking service (debridge.md § 4.5).</summary>
public sealed class FollowerTests(PostgresFixture postgres)
{
    private const string Followed = """{"upstream":"main","follower":{"perMinute":6000}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task DB8_an_order_that_was_handed_out_is_listed_once_the_upstream_has_seen_it()
    {
        await using var gateway = await GatewayNode.StartAsync(postgres);
        var platform = await gateway.OpenAsync(Followed);
        await PrepareAsync(platform, 1);
        var seen = false;
        gateway.Upstream.Answer = (http, _) => seen ? Upstream.JsonAsync(http, Shown(1, ChainOrderState.Created)) : Upstream.JsonAsync(http, "", 404);
        await gateway.Node.Get<Follower>().RunAsync(default);
        gateway.Upstream.Asked.ShouldBeEmpty("It is not due yet.");
        gateway.Node.Clock.Advance(TimeSpan.FromSeconds(20));
        await UntilAsync(() => Task.FromResult(!gateway.Upstream.Asked.IsEmpty));
        gateway.Upstream.Asked.First().ShouldBe($"/api/Orders/{Id(1)}?accesstoken={Upstream.Token}");
        (await platform.ListAsync("""{"referralCode":30830}""")).Total.ShouldBe(0);
        (await platform.GetAsync($"/api/Orders/{Id(1)}")).Refused(404, "not_found");
        seen = true;
        gateway.Node.Clock.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(async () => (await platform.ListAsync("""{"referralCode":30830}""")).Total == 1);
        var order = (await gateway.Node.Get<ChainOrderRecords>().FindAsync(platform.Program.Id, Id(1), default))!;
        (order.State, order.GiveUsd, order.CreatedAt).ShouldBe((ChainOrderState.Created, 2_000_000L, Start.AddMinutes(1)));
    }

    [Fact]
    public async Task DB9_an_order_reaches_its_end_with_every_stage_as_shown()
    {
        await using var gateway = await GatewayNode.StartAsync(postgres);
        var platform = await gateway.OpenAsync(Followed);
        gateway.Upstream.Answer = (http, _) => Upstream.JsonAsync(
            http, Shown(1, ChainOrderState.Created, ChainOrderState.Fulfilled, ChainOrderState.SentUnlock, ChainOrderState.ClaimedUnlock));
        await platform.RecordAsync(Order(1) with { CreatedAt = gateway.Node.Clock.GetUtcNow(), CreationTransactionHash = null, CreatedBlock = null, CreatedBlockHash = null });
        await UntilAsync(async () => (await StateAsync(platform, 1)) == ChainOrderState.ClaimedUnlock);
        var shown = (await platform.GetAsync($"/api/Orders/{Id(1)}")).Ok();
        shown.GetProperty("claimedUnlockSrcEventInfo").GetProperty("transactionMetadata").GetProperty("transactionHash").GetProperty("stringValue").GetString()
            .ShouldBe(Event(1, ChainOrderState.ClaimedUnlock).TransactionHash);
        shown.GetProperty("taker").GetProperty("stringValue").GetString().ShouldBe(Wallet(5_001));
        var asked = gateway.Upstream.Asked.Count;
        gateway.Node.Clock.Advance(TimeSpan.FromDays(1));
        await gateway.Node.Get<Follower>().RunAsync(default);
        gateway.Upstream.Asked.Count.ShouldBe(asked, "A final order is not asked for again.");
    }

    [Fact]
    public void A_state_without_metadata_is_an_event_with_all_that_is_known_of_it()
    {
        var shown = $$"""
            {"orderId":{"stringValue":"{{Id(1)}}"},"state":"ClaimedUnlock","taker":{"stringValue":"{{Wallet(5_001)}}"},
             "takeOfferWithMetadata":{"chainId":{"bigIntegerValue":137} },"affiliateFee":{"amount":{"bigIntegerValue":2999} },
             "claimedUnlockSrcEventInfo":{"transactionMetadata":null} }
            """;
        var answer = new UpstreamAnswer(UpstreamTrouble.None, StatusCodes.Status200OK, null, null, Encoding.UTF8.GetBytes(shown));
        var report = UpstreamOrder.Read(answer, Id(1), ChainTable.Default)!.ShouldHaveSingleItem();
        (report.State, report.AffiliateAmount, report.Taker, report.TransactionHash)
            .ShouldBe((ChainOrderState.ClaimedUnlock, (BigInteger?)2999, Wallet(5_001), null));
    }

    [Fact]
    public async Task DB9_killed_among_the_answers_it_goes_on_and_every_event_is_there_once()
    {
        const int Orders = 200;
        await using var database = await postgres.CreateDatabaseAsync();
        await using var upstream = await Upstream.StartAsync();
        await using (var server = await TestServer.StartAsync(database.Connections))
        {
            var settings = new JsonObject { ["debridge"] = JsonNode.Parse(Followed) };
            var program = (await server.Get<ProgramRegister>().CreateAsync(new NewProgram("Platform", "USD", Settings: settings), V1.V1Node.Operator, default)).Value.Program;
            for (var n = 0; n < Orders; n++)
            {
                var order = Order(n) with { CreatedAt = TimeProvider.System.GetUtcNow(), CreationTransactionHash = null, CreatedBlock = null, CreatedBlockHash = null };
                await server.Get<RecordChainOrder>().ExecuteAsync(program, order, ChainOrderSource.Native, null, V1.V1Node.Operator, default);
            }
        }
        upstream.Answer = async (http, target) =>
        {
            await Task.Delay(20);
            var number = int.Parse(target.Split('?')[0][^8..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            await Upstream.JsonAsync(http, Shown(number, ChainOrderState.Created, ChainOrderState.Fulfilled, ChainOrderState.SentUnlock, ChainOrderState.ClaimedUnlock));
        };
        var folder = Directory.CreateTempSubdirectory("tributary-follower-").FullName;
        var environment = new Dictionary<string, string>
        {
            ["TRIBUTARY_DATA"] = folder,
            ["TRIBUTARY_DATABASE"] = database.Connections.Owner,
            ["TRIBUTARY_MASTER_KEY"] = Convert.ToBase64String(new byte[32]),
            ["TRIBUTARY_DEBRIDGE_UPSTREAMS"] = $$$"""{"main":{"orderApi":"{{{upstream.Address}}}","trackingApi":"{{{upstream.Address}}}"}}""",
        };
        foreach (var killedAfter in (int[])[70])
        {
            var first = ServerProcess.Start(environment, "serve");
            await UntilAsync(() => Task.FromResult(upstream.Asked.Count >= killedAfter));
            await first.KillAsync();
        }
        // The lease of who was killed is waited out.
        await using var last = ServerProcess.Start(environment, "serve");
        await using var connection = await database.Database.OpenAsync(default);
        await UntilAsync(async () => await connection.ExecuteScalarAsync<int>("select count(*)::int from chain_orders where state = 'ClaimedUnlock'") == Orders, TimeSpan.FromSeconds(120));
        (await connection.QueryAsync<string>(
            "select type || ' ' || count(*) from events where type like 'order.%' and type <> 'order.details_added' group by type order by type"))
            .ShouldBe([$"order.completed {Orders}", $"order.created {Orders}", $"order.fulfilled {Orders}", $"order.unlock_sent {Orders}"]);
        (await connection.ExecuteScalarAsync<int>("select count(*)::int from chain_refusals")).ShouldBe(0);
        upstream.Asked.Count.ShouldBeLessThanOrEqualTo(Orders + 8, "Each death repeats at most what was being asked.");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task DB10_asked_for_silence_it_is_silent_as_long_as_that()
    {
        await using var gateway = await GatewayNode.StartAsync(postgres);
        var platform = await gateway.OpenAsync(Followed);
        gateway.Upstream.Answer = (http, _) =>
        {
            http.Response.Headers.RetryAfter = "20";
            return Upstream.JsonAsync(http, "{}", 429);
        };
        await platform.RecordAsync(Order(1) with { CreatedAt = gateway.Node.Clock.GetUtcNow() });
        await UntilAsync(async () => (await gateway.Node.Get<FollowerState>().HealthAsync(platform.Program.Id, default))?.LastFailure is not null);
        var health = (await gateway.Node.Get<FollowerState>().HealthAsync(platform.Program.Id, default))!;
        health.PausedUntil.ShouldBe(gateway.Node.Clock.GetUtcNow().AddSeconds(20));
        var asked = gateway.Upstream.Asked.Count;
        gateway.Node.Clock.Advance(TimeSpan.FromSeconds(19.9));
        await gateway.Node.Get<Follower>().RunAsync(default);
        gateway.Upstream.Asked.Count.ShouldBe(asked);
        gateway.Upstream.Answer = (http, _) => Upstream.JsonAsync(http, Shown(1, ChainOrderState.Created, ChainOrderState.OrderCancelled));
        gateway.Node.Clock.Advance(TimeSpan.FromSeconds(0.2));
        await UntilAsync(async () => await StateAsync(platform, 1) == ChainOrderState.OrderCancelled);
    }

    [Theory]
    [InlineData(500, "oops", "status 500")]
    [InlineData(401, "{}", "status 401")]
    [InlineData(403, "{}", "status 403")]
    [InlineData(400, "{}", "status 400")]
    [InlineData(200, "<html>", "unreadable")]
    public async Task DB10_trouble_makes_it_wait_longer_each_time(int status, string body, string told)
    {
        await using var gateway = await GatewayNode.StartAsync(postgres);
        var platform = await gateway.OpenAsync(Followed);
        gateway.Upstream.Answer = (http, _) => Upstream.JsonAsync(http, body, status);
        await platform.RecordAsync(Order(1) with { CreatedAt = gateway.Node.Clock.GetUtcNow() });
        foreach (var seconds in (int[])[5, 10, 20])
        {
            var until = gateway.Node.Clock.GetUtcNow().AddSeconds(seconds);
            await UntilAsync(async () => (await gateway.Node.Get<FollowerState>().HealthAsync(platform.Program.Id, default))?.PausedUntil == until);
            gateway.Node.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        var health = (await gateway.Node.Get<FollowerState>().HealthAsync(platform.Program.Id, default))!;
        (health.LastFailure, health.SucceededAt).ShouldBe((told, null));
    }

    [Fact]
    public async Task DB10_no_minute_holds_more_requests_than_allowed_and_two_nodes_never_follow_at_once()
    {
        await using var gateway = await GatewayNode.StartAsync(postgres);
        var platform = await gateway.OpenAsync("""{"upstream":"main","follower":{"perMinute":7}}""");
        gateway.Upstream.Answer = (http, _) => Upstream.JsonAsync(http, "", 404);
        for (var n = 0; n < 20; n++)
            await platform.RecordAsync(Order(n) with { CreatedAt = gateway.Node.Clock.GetUtcNow() });
        await UntilAsync(() => Task.FromResult(gateway.Upstream.Asked.Count == 7));
        gateway.Node.Clock.Advance(TimeSpan.FromSeconds(59));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => gateway.Node.Get<Follower>().RunAsync(default)));
        gateway.Upstream.Asked.Count.ShouldBe(7);
        gateway.Node.Clock.Advance(TimeSpan.FromSeconds(2));
        await UntilAsync(() => Task.FromResult(gateway.Upstream.Asked.Count == 14));
        var state = gateway.Node.Get<FollowerState>();
        (await state.LeaseAsync(platform.Program.Id, Guid.CreateVersion7(), default)).ShouldBeNull();
        gateway.Node.Clock.Advance(TimeSpan.FromSeconds(30));
        var other = Guid.CreateVersion7();
        (await state.LeaseAsync(platform.Program.Id, other, default)).ShouldNotBeNull();
    }

    private static async Task PrepareAsync(Platform platform, int number) => (await platform.Node.Get<PrepareChainOrder>().ExecuteAsync(
        platform.Program, Order(number) with { CreatedAt = null, CreationTransactionHash = null, CreatedBlock = null, CreatedBlockHash = null }, TimeSpan.FromHours(24),
        platform.Node.Clock.GetUtcNow().AddSeconds(15), V1.V1Node.Operator, default)).Succeeded.ShouldBeTrue();

    internal static async Task<ChainOrderState?> StateAsync(Platform platform, int number) =>
        (await platform.Node.Get<ChainOrderRecords>().FindAsync(platform.Program.Id, Id(number), default))?.State;

    internal static async Task UntilAsync(Func<Task<bool>> isSo, TimeSpan? patience = null)
    {
        using var late = new CancellationTokenSource(patience ?? Patience);
        while (!await isSo())
            await Task.Delay(50, late.Token);
    }

    /// <summary>An order as the tracking service shows it once it has reached these stages.</summary>
    internal static string Shown(int number, params ChainOrderState[] stages)
    {
        object? Metadata(ChainOrderState state) => !stages.Contains(state) ? null : new
        {
            transactionHash = new { stringValue = state == ChainOrderState.Created ? Hash(number) : Event(number, state).TransactionHash },
            blockNumber = new { bigIntegerValue = 50_000_000 + number },
            blockHash = new { stringValue = (string?)null },
            blockTimeStamp = Start.AddMinutes(number).AddSeconds(30 * (int)state).ToUnixTimeSeconds(),
            initiator = new { Base64Value = Convert.ToBase64String(new byte[20]), stringValue = Wallet(4_000 + number) },
        };
        object Info(ChainOrderState state) => new { transactionMetadata = Metadata(state) };
        return JsonSerializer.Serialize(new
        {
            orderId = new { stringValue = Id(number) },
            state = stages[^1].ToString(),
            externalCallState = "NoExtCall",
            giveOfferWithMetadata = new { chainId = new { stringValue = "1" } },
            takeOfferWithMetadata = new { chainId = new { bigIntegerValue = 137 } },
            taker = new { stringValue = Wallet(5_000 + number) },
            createdSrcEventMetadata = Metadata(ChainOrderState.Created),
            fulfilledDstEventMetadata = Metadata(ChainOrderState.Fulfilled),
            sentUnlockDstEventInfo = Info(ChainOrderState.SentUnlock),
            claimedUnlockSrcEventInfo = Info(ChainOrderState.ClaimedUnlock),
            sentOrderCancelDstEventInfo = Info(ChainOrderState.SentOrderCancel),
            claimedOrderCancelSrcEventInfo = Info(ChainOrderState.ClaimedOrderCancel),
            somethingNew = new[] { 1 },
        });
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Tributary.Batches;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Server.Tests.Gameball;

/// <summary>Batches that no node begins with before the test says so: what they wait for, and who may go on.</summary>
public sealed class HeldBatchTests(GameballServer server) : IClassFixture<GameballServer>
{
    private const string OneFriend = """[{"customerId":"friend","referrerCode":"REF123456"}]""";

    [Fact]
    public async Task What_decides_is_the_time_at_which_the_batch_was_accepted()
    {
        var shop = await HoldAsync();
        (await shop.SignUpAsync("friend")).Ok();
        server.Clock.Advance(TimeSpan.FromMinutes(4));
        var accepted = server.Clock.GetUtcNow();
        var customers = await BatchTests.AcceptAsync(shop, "customers", OneFriend);
        var orders = await BatchTests.AcceptAsync(shop, "orders", $"[{Shop.OrderBody("friend", "o1")}]");
        var pending = (await shop.GetAsync($"batches/{customers}/status")).Ok();
        BatchTests.Facts(pending, "status", "progress", "processedItems").ShouldBe(["pending", "0", "0"]);
        BatchTests.Facts((await shop.GetAsync($"batch/{customers}")).Ok(), "status", "startedAt").ShouldBe(["queued", ""]);
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        await LetGoAsync(shop);
        await BatchTests.EndAsync(shop, customers);
        await BatchTests.EndAsync(shop, orders);
        (await shop.FriendsAsync()).ShouldBe((1, 0, 1));
        (await shop.CountAsync($"select count(*) from orders where program_id = @program and ordered_at = '{accepted:O}'")).ShouldBe(1);
        (await shop.CountAsync($"select count(*) from touches where program_id = @program and outcome = 'won' and occurred_at = '{accepted:O}'")).ShouldBe(1);
    }

    [Theory]
    [InlineData("POST", "batches/{0}/stop", "{}")]
    [InlineData("DELETE", "batch/{0}", null)]
    public async Task A_stopped_batch_keeps_what_is_finished_and_drops_what_waits(string method, string path, string? body)
    {
        var shop = await HoldAsync();
        var id = await BatchTests.AcceptAsync(shop, "customers", """[{"customerId":"a"},{"customerId":"b"}]""");
        await TakeAsync(shop, lease: 1);
        (await DoAsync(shop, id, item: 0, lease: 1, "a")).ShouldBeTrue();
        BatchTests.Facts((await shop.GetAsync($"batches/{id}/status")).Ok(), "progress", "processedItems").ShouldBe(["50", "1"]);
        var target = Shop.V40 + path.Replace("{0}", id, StringComparison.Ordinal);
        BatchTests.Facts((await shop.SendAsync(method, target, body)).Ok(), "batchId", "status", "message").ShouldBe([id, "stopped", "batch stopped"]);
        (await DoAsync(shop, id, item: 1, lease: 1, "b")).ShouldBeFalse();
        BatchTests.Facts((await shop.GetAsync($"batches/{id}/status")).Ok(), "status", "progress", "processedItems").ShouldBe(["stopped", "50", "1"]);
        BatchTests.Facts((await shop.SendAsync(method, target, body)).Ok(), "status", "message").ShouldBe(["stopped", "batch has already ended"]);
        (await shop.GetAsync("customers/a")).Ok();
        (await shop.GetAsync("customers/b")).Refused(404, 7000);
        (await shop.CountAsync("select count(*) from batch_items where program_id = @program and body is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task An_item_is_carried_out_once_and_never_by_a_lease_that_was_lost()
    {
        var shop = await HoldAsync();
        var id = await BatchTests.AcceptAsync(shop, "customers", OneFriend);
        await TakeAsync(shop, lease: 2);
        (await DoAsync(shop, id, item: 0, lease: 1, "friend")).ShouldBeFalse();
        (await shop.GetAsync("customers/friend")).Refused(404, 7000);
        (await DoAsync(shop, id, item: 0, lease: 2, "friend")).ShouldBeTrue();
        (await DoAsync(shop, id, item: 0, lease: 2, "friend")).ShouldBeFalse();
        await LetGoAsync(shop);
        BatchTests.Facts(await BatchTests.EndAsync(shop, id), "status", "processedItems").ShouldBe(["completed", "1"]);
    }

    [Fact]
    public async Task So_many_may_wait_and_no_more()
    {
        var shop = await HoldAsync();
        for (var number = 0; number < BatchRegister.MostOpen; number++)
            await BatchTests.AcceptAsync(shop, "customers", OneFriend);
        (await shop.PostAsync("batch/customers", OneFriend)).Refused(429, 429).Header("Retry-After").ShouldBe("1");
    }

    [Fact]
    public async Task A_batch_is_forgotten_thirty_days_after_its_end()
    {
        var shop = await HoldAsync();
        var ended = await BatchTests.AcceptAsync(shop, "customers", OneFriend);
        await LetGoAsync(shop);
        await BatchTests.EndAsync(shop, ended);
        var open = await BatchTests.AcceptAsync(shop, "customers", OneFriend);
        server.Clock.Advance(BatchRegister.Kept - TimeSpan.FromMinutes(1));
        await server.Get<BatchRegister>().ForgetAsync(default);
        (await shop.GetAsync($"batches/{ended}/status")).Ok();
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await server.Get<BatchRegister>().ForgetAsync(default);
        (await shop.GetAsync($"batches/{ended}/status")).Refused(404, 4004);
        (await shop.GetAsync($"batches/{open}/status")).Ok();
        (await shop.CountAsync("select count(*) from batch_items where program_id = @program")).ShouldBe(1);
    }

    /// <summary>From here on every batch of this database is born in the hands of a node that does nothing.</summary>
    private async Task<Shop> HoldAsync()
    {
        var shop = await server.OpenShopAsync();
        await using var owner = new NpgsqlConnection(server.Connections.Owner);
        await owner.ExecuteAsync("alter table batches alter column leased_until set default 'infinity'");
        return shop;
    }

    private static Task LetGoAsync(Shop shop) => shop.ExecuteAsync("update batches set leased_until = '-infinity' where program_id = @program");

    private static Task TakeAsync(Shop shop, int lease) => shop.ExecuteAsync($"update batches set lease = {lease}, started_at = now() where program_id = @program");

    private async Task<bool> DoAsync(Shop shop, string batch, int item, long lease, string customer)
    {
        var caller = GameballServer.Operator with { BatchItem = new BatchItemClaim(long.Parse(batch, CultureInfo.InvariantCulture), item, lease) };
        var input = new CustomerInput { MerchantId = customer, Attributes = new JsonObject() };
        return (await server.Get<RegisterCustomer>().ExecuteAsync(shop.Program, input, ReferralClaim.None, caller, default)).Succeeded;
    }
}

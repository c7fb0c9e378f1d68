using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Programs;
using Tributary.Server.Tests.Support;

namespace Tributary.Server.Tests.Gameball;

/// <summary>Many items in one call: gameball.md 3.13.</summary>
public sealed class BatchTests(GameballServer server) : IClassFixture<GameballServer>
{
    private const string Friends = """
        {"body":[
          {"customerId":"ann","name":"Ann","referrerCode":"REF123456"},
          {"customerId":17},
          {"customerId":"bob","customerAttributes":{"gender":{}}},
          null,
          {"customerId":"eve","referrerCode":"NOTHING"}]}
        """;

    [Fact]
    public async Task GB45_a_malformed_item_fails_alone_and_both_status_forms_agree()
    {
        var shop = await server.OpenShopAsync();
        var id = await AcceptAsync(shop, "customers", Friends);
        var status = await EndAsync(shop, id);
        Facts(status, "status", "progress", "totalItems", "processedItems", "failedItems").ShouldBe(["completed", "100", "5", "5", "2"]);
        status.GetProperty("batchId").GetString().ShouldBe(id);
        Items(status.GetProperty("results"), "success").ShouldBe(["0 ann True", "1 17 True", "2 bob False", "3  False", "4 eve True"]);
        Items(status.GetProperty("errors"), "code").ShouldBe(["2 bob 3016", "3  3016"]);
        status.GetProperty("errors")[0].GetProperty("message").GetString().ShouldBe("malformed json: customerattributes.gender has a wrong type");
        var old = (await shop.GetAsync($"batch/{id}")).Ok();
        Facts(old, "operation", "status", "totalCount", "finishedCount", "errorCount").ShouldBe(["customers", "completed", "5", "5", "2"]);
        old.GetProperty("createdAt").GetString().ShouldNotBeNull();
        old.GetProperty("startedAt").GetString().ShouldNotBeNull();
        Items(old.GetProperty("response").GetProperty("successful"), "success").ShouldBe(["0 ann True", "1 17 True", "4 eve True"]);
        Items(old.GetProperty("response").GetProperty("failed"), "code").ShouldBe(["2 bob 3016", "3  3016"]);
        (await shop.TouchesAsync("ann")).ShouldBe(["won"]);
        (await shop.TouchesAsync("eve")).ShouldBe(["unknown_code"]);
        (await shop.FriendsAsync()).ShouldBe((1, 1, 0));
        (await shop.GetAsync("customers/ann")).Ok().GetProperty("displayName").GetString().ShouldBe("Ann");
        (await shop.CountAsync("select count(*) from batch_items where program_id = @program and body is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task Orders_and_events_are_recorded_as_by_single_calls_and_a_second_batch_of_orders_changes_nothing()
    {
        var shop = await server.OpenShopAsync();
        var orders = $"[{Shop.OrderBody("ann", "o1", code: "REF123456")},{Shop.OrderBody("ann", "o2")},{Shop.OrderBody("bob", "o3", "-1")}]";
        for (var time = 0; time < 2; time++)
        {
            var status = await EndAsync(shop, await AcceptAsync(shop, "orders", orders));
            Items(status.GetProperty("results"), "success").ShouldBe(["0 ann True", "1 ann True", "2 bob False"]);
            status.GetProperty("results").EnumerateArray().Select(item => item.GetProperty("orderId").GetString()).ShouldBe(["o1", "o2", "o3"]);
            status.GetProperty("errors")[0].GetProperty("code").GetInt32().ShouldBe(3003);
        }
        (await shop.CountAsync("select count(*) from orders where program_id = @program")).ShouldBe(2);
        (await shop.PointsAsync("ann")).ShouldBe(100);
        (await shop.PointsAsync("user_12345")).ShouldBe(200);
        await EndAsync(shop, await AcceptAsync(shop, "events", """[{"customerId":"new","events":{"visit":{"page":1},"look":null}}]"""));
        (await shop.CountAsync("select count(*) from customer_events where program_id = @program")).ShouldBe(2);
    }

    [Fact]
    public async Task GB24_a_second_code_by_batch_leaves_the_first_referrer()
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("other", "OTHER-1X");
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok();
        await EndAsync(shop, await AcceptAsync(shop, "customers", """[{"customerId":"friend","referrerCode":"OTHER-1X"}]"""));
        await EndAsync(shop, await AcceptAsync(shop, "orders", $"[{Shop.OrderBody("friend", "o2", code: "OTHER-1X")}]"));
        (await shop.FriendsAsync()).ShouldBe((1, 0, 1));
        (await shop.FriendsAsync("other")).ShouldBe((0, 0, 0));
        (await shop.TouchesAsync("friend")).ShouldBe(["won", "customer_locked", "customer_locked"]);
    }

    [Fact]
    public async Task Items_of_one_customer_are_carried_out_in_their_order()
    {
        var shop = await server.OpenShopAsync();
        var items = Enumerable.Range(0, 200).Select(n => $$"""{"customerId":"c{{n % 7}}","name":"Name {{n}}"}""");
        var status = await EndAsync(shop, await AcceptAsync(shop, "customers", $"[{string.Join(',', items)}]"));
        status.GetProperty("failedItems").GetInt32().ShouldBe(0);
        for (var customer = 0; customer < 7; customer++)
        {
            var last = Enumerable.Range(0, 200).Last(n => n % 7 == customer);
            (await shop.GetAsync($"customers/c{customer}")).Ok().GetProperty("displayName").GetString().ShouldBe($"Name {last}");
        }
    }

    [Fact]
    public async Task A_batch_of_which_nothing_succeeds_has_failed()
    {
        var shop = await server.OpenShopAsync();
        var id = await AcceptAsync(shop, "events", """{"body":{"customerId":"ann"}}""");
        var status = await EndAsync(shop, id);
        Facts(status, "status", "progress", "failedItems").ShouldBe(["failed", "100", "1"]);
        status.GetProperty("errors")[0].GetProperty("message").GetString().ShouldBe("events are missing");
        var stopped = (await shop.PostAsync($"batches/{id}/stop", "{}")).Ok();
        Facts(stopped, "batchId", "status", "message").ShouldBe([id, "failed", "batch has already ended"]);
    }

    [Fact]
    public async Task What_is_no_batch_is_refused_as_a_whole()
    {
        var shop = await server.OpenShopAsync();
        var many = $"[{string.Join(',', Enumerable.Repeat("""{"customerId":"a"}""", 5001))}]";
        (await shop.PostAsync("batch/customers", many)).Refused(422, 3011, "too many items in body");
        (await shop.PostAsync("batch/customers", $"[\"{new string('x', 8 * 1024 * 1024)}\"]")).Refused(413, 3011);
        foreach (var empty in (string[])["{}", "[]", """{"body":[]}""", """{"body":null}""", """{"body":{}}"""])
            (await shop.PostAsync("batch/customers", empty)).Refused(400, 3000, "body is missing");
        (await shop.PostAsync("batch/orders", "[{]")).Refused(400, 3016);
        (await shop.PublicAsync("POST", "batch/customers", Friends)).Refused(401, 1001);
        (await shop.GetAsync("batch/customers")).Status.ShouldBe(405);
        await shop.ChangeAsync([], ProgramState.Paused);
        (await shop.PostAsync("batch/customers", Friends)).Refused(422, 6000);
        (await shop.CountAsync("select count(*) from batches where program_id = @program")).ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_may_be_larger_than_a_call()
    {
        var shop = await server.OpenShopAsync();
        var items = Enumerable.Range(0, 40).Select(n => new JsonObject { ["customerId"] = $"c{n}", ["customerAttributes"] = Wide() }.ToJsonString());
        var status = await EndAsync(shop, await AcceptAsync(shop, "customers", $"[{string.Join(',', items)}]"));
        Facts(status, "status", "failedItems").ShouldBe(["completed", "0"]);

        static JsonObject Wide() => new() { ["custom"] = new JsonObject { ["note"] = new string('x', 10_000) } };
    }

    [Fact]
    public async Task GB48_a_batch_of_another_programme_is_unknown_and_so_is_what_is_no_number()
    {
        var (a, b) = (await server.OpenShopAsync(), await server.OpenShopAsync());
        var id = await AcceptAsync(a, "customers", Friends);
        foreach (var unknown in (string[])[id, "0", "nine", "99999999999999999999"])
        {
            (await b.GetAsync($"batches/{unknown}/status")).Refused(404, 4004, "batch does not exist");
            (await b.GetAsync($"batch/{unknown}")).Refused(404, 4004);
            (await b.PostAsync($"batches/{unknown}/stop", "{}")).Refused(404, 4004);
            (await b.SendAsync("DELETE", $"{Shop.V40}batch/{unknown}")).Refused(404, 4004);
        }
        Facts(await EndAsync(a, id), "status").ShouldBe(["completed"]);
    }

    internal static async Task<string> AcceptAsync(Shop shop, string kind, string body)
    {
        var answer = (await shop.PostAsync($"batch/{kind}", body)).Ok();
        answer.EnumerateObject().ShouldHaveSingleItem().Value.ValueKind.ShouldBe(JsonValueKind.Number);
        return answer.GetProperty("jobId").GetRawText();
    }

    /// <summary>The status once nothing is open any more.</summary>
    internal static async Task<JsonElement> EndAsync(Shop shop, string id)
    {
        JsonElement status = default;
        await Until.TrueAsync(async () =>
        {
            status = (await shop.GetAsync($"batches/{id}/status")).Ok();
            return status.GetProperty("status").GetString() is not ("pending" or "processing");
        }, TimeSpan.FromSeconds(60));
        return status;
    }

    internal static IReadOnlyList<string> Facts(JsonElement answer, params string[] names) =>
        [.. names.Select(name => answer.GetProperty(name).ToString())];

    private static IReadOnlyList<string> Items(JsonElement list, string member) =>
        [.. list.EnumerateArray().Select(item => $"{item.GetProperty("index")} {item.GetProperty("customerId")} {item.GetProperty(member)}")];
}

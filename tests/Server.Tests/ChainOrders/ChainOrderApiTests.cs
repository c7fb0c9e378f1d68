using System.Net;
using System.Text.Json.Nodes;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.ChainOrders;

/// <summary>The native intake over HTTP (debridge.md § 4.1, 4.2).</summary>
public sealed class ChainOrderApiTests(V1Node node) : IClassFixture<V1Node>
{
    [Theory]
    [InlineData("30830")]
    [InlineData("\"30830\"")]
    [InlineData("\"030830\"")]
    [InlineData("30830.0")]
    public async Task DB1_a_code_is_read_as_number_and_as_text(string code)
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/chain-orders", Order(1, code))).Ok(HttpStatusCode.Created)["outcome"]!.ToString().ShouldBe("created");
        var story = (await shop.Api.GetAsync($"/chain-orders/{Id(1)}")).Ok();
        ((long)story["order.referralCode"]!).ShouldBe(30830);
        ((string)story["explanation.touches.0.text"]!).ShouldBe("30830");
        (await shop.Api.PostAsync("/chain-orders", Order(1, code))).Ok()["outcome"]!.ToString().ShouldBe("unchanged");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("\"abc\"")]
    [InlineData("1.5")]
    [InlineData("4294967296")]
    public async Task DB1_what_is_no_code_stores_nothing(string code)
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/chain-orders", Order(1, code))).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "code_invalid", "referralCode");
        (await shop.Api.GetAsync($"/chain-orders/{Id(1)}")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("4294967295", 4294967295L)]
    [InlineData("null", null)]
    [InlineData("\"\"", null)]
    [InlineData("0", null)]
    public async Task DB1_the_greatest_code_and_none_are_stored(string code, long? stored)
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/chain-orders", Order(1, code))).Ok(HttpStatusCode.Created);
        ((long?)(await shop.Api.GetAsync($"/chain-orders/{Id(1)}")).Ok()["order.referralCode"]).ShouldBe(stored);
    }

    [Fact]
    public async Task DB13_a_contradiction_names_the_members()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/chain-orders", Order(1))).Ok(HttpStatusCode.Created);
        var refused = (await shop.Api.PostAsync("/chain-orders", Order(1).Replace("\"amount\":\"10\"", "\"amount\":\"11\"", StringComparison.Ordinal)))
            .ShouldBeProblem(HttpStatusCode.Conflict, "order_conflict");
        refused["fields"]!.AsArray().Select(field => field!.ToString()).ShouldBe(["give.amount", "take.amount"]);
        (await shop.Api.PostAsync("/chain-orders", Order(1, "5"))).ShouldBeProblem(HttpStatusCode.Conflict, "code_conflict");
        (await shop.Api.PostAsync("/chain-orders", Order(1, more: ",\"usd\":{\"give\":\"12.5\"}"))).Ok()["outcome"]!.ToString().ShouldBe("updated");
        ((string?)(await shop.Api.GetAsync($"/chain-orders/{Id(1)}")).Ok()["order.usd.give"]).ShouldBe("12.5");
        (await shop.Api.GetAsync($"/chain-orders/{Id(1)}")).Ok()["refused"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task DB14_a_batch_of_1000_stores_what_is_good_and_names_what_is_not()
    {
        var shop = await node.OpenShopAsync();
        var orders = Enumerable.Range(1, 1000).Select(n => Order(n)).ToList();
        orders[10] = Order(11, "\"x\"");
        orders[500] = "{\"orderId\":17}";
        orders[999] = Order(1000).Replace("\"maker\"", "\"taker\"", StringComparison.Ordinal);
        var answer = (await shop.Api.PostAsync("/chain-orders/batch", $$"""{"orders":[{{string.Join(',', orders)}}]}""")).Ok();
        var results = answer["results"]!.AsArray();
        results.Count(result => (string?)result!["outcome"] == "created").ShouldBe(997);
        results.Where(result => (string?)result!["outcome"] == "refused").Select(result => (int)result!["index"]!).ShouldBe([10, 500, 999]);
        ((string?)results[10]!["problem"]!["code"]).ShouldBe("code_invalid");
        results.Select(result => (int)result!["index"]!).ShouldBe(Enumerable.Range(0, 1000));
    }

    [Fact]
    public async Task DB14_a_text_that_cannot_be_kept_refuses_its_item_alone()
    {
        var shop = await node.OpenShopAsync();
        string[] orders =
        [
            Order(1), Order(2, more: ",\"creator\":\"\\ud800\""), Order(3, more: ",\"inputAmount\":\"\\u0000\""),
            Order(4).Replace(Id(4), "\\udc00", StringComparison.Ordinal), Order(5, more: ",\"creationIndex\":-0"), "null", Order(7),
        ];
        var answer = (await shop.Api.PostAsync("/chain-orders/batch", $$"""{"orders":[{{string.Join(',', orders)}}]}""")).Ok();
        answer["results"]!.AsArray().Select(result => (string?)result!["outcome"])
            .ShouldBe(["created", "refused", "refused", "refused", "refused", "refused", "created"]);
        ((string?)answer["results.1.problem.field"]).ShouldBe("creator");
    }

    [Fact]
    public async Task The_same_report_twice_is_the_same_whatever_digits_its_time_has()
    {
        var shop = await node.OpenShopAsync();
        var order = Order(1, more: ",\"createdAt\":\"2026-01-02T03:04:05.1234567Z\"");
        (await shop.Api.PostAsync("/chain-orders", order)).Ok(HttpStatusCode.Created);
        (await shop.Api.PostAsync("/chain-orders", order)).Ok()["outcome"]!.ToString().ShouldBe("unchanged");
    }

    [Fact]
    public async Task The_same_id_twice_in_a_batch_is_handled_in_order()
    {
        var shop = await node.OpenShopAsync();
        var answer = (await shop.Api.PostAsync("/chain-orders/batch", $$"""{"orders":[{{Order(1)}},{{Order(2)}},{{Order(1, "7")}}]}""")).Ok();
        answer["results"]!.AsArray().Select(result => (string?)result!["outcome"]).ShouldBe(["created", "created", "refused"]);
        (await shop.Api.PostAsync("/chain-orders/batch", """{"orders":[]}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "too_many", "orders");
    }

    [Fact]
    public async Task DB16_events_move_wait_and_are_refused()
    {
        var shop = await node.OpenShopAsync();
        var path = $"/chain-orders/{Id(1)}/events";
        (await shop.Api.PostAsync(path, """{"state":"Fulfilled","blockTimestamp":1767225600}""")).Ok(HttpStatusCode.Accepted)["outcome"]!.ToString().ShouldBe("waiting");
        (await shop.Api.PostAsync("/chain-orders", Order(1))).Ok(HttpStatusCode.Created);
        (await shop.Api.PostAsync(path, """{"state":"Fulfilled"}""")).Ok()["outcome"]!.ToString().ShouldBe("unchanged");
        (await shop.Api.PostAsync(path, """{"state":"SentUnlock"}""")).Ok()["outcome"]!.ToString().ShouldBe("applied");
        (await shop.Api.PostAsync(path, """{"state":"OrderCancelled"}""")).ShouldBeProblem(HttpStatusCode.Conflict, "state_conflict");
        (await shop.Api.PostAsync(path, """{"state":"Gone"}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "state");
        (await shop.Api.PostAsync($"/chain-orders/{Id(1)}/resolve", """{"branch":"cancel","reason":"seen"}""")).Ok();
        var story = (await shop.Api.GetAsync($"/chain-orders/{Id(1)}")).Ok();
        ((string?)story["order.state"]).ShouldBe("OrderCancelled");
        story["events"]!.AsArray().Count(stage => !(bool)stage!["standing"]!).ShouldBe(2);
        (await shop.Api.GetAsync("/audit?verb=order.resolved")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_bound_key_records_and_reads_under_its_own_code_alone()
    {
        var shop = await node.OpenShopAsync();
        var acme = await IntegratorAsync(shop, 30830);
        var bound = await shop.BoundToAsync(acme);
        (await bound.PostAsync("/chain-orders", Order(1, "null"))).Ok(HttpStatusCode.Created);
        ((long)(await bound.GetAsync($"/chain-orders/{Id(1)}")).Ok()["order.referralCode"]!).ShouldBe(30830);
        (await bound.PostAsync("/chain-orders", Order(2, "5"))).ShouldBeProblem(HttpStatusCode.Forbidden, "code_not_yours", "referralCode");
        (await shop.Api.PostAsync("/chain-orders", Order(2, "5"))).Ok(HttpStatusCode.Created);
        (await bound.GetAsync($"/chain-orders/{Id(2)}")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await bound.PostAsync($"/chain-orders/{Id(2)}/events", """{"state":"Fulfilled"}""")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await bound.GetAsync("/chain-orders")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
        (await bound.GetAsync("/chain-orders?code=5")).Ok()["items"]!.AsArray().Count.ShouldBe(0);
        (await shop.Api.GetAsync("/chain-orders?unclaimed=true")).Ok()["items.0.orderId"]!.ToString().ShouldBe(Id(2));
    }

    [Fact]
    public async Task The_list_is_paged_by_key_and_filtered()
    {
        var shop = await node.OpenShopAsync();
        foreach (var n in Enumerable.Range(1, 5))
            (await shop.Api.PostAsync("/chain-orders", Order(n, more: n == 3 ? ",\"events\":[{\"state\":\"Fulfilled\"}]" : ""))).Ok(HttpStatusCode.Created);
        var seen = new List<string>();
        for (JsonNode? next = "/chain-orders?limit=2", first = next; next is not null;)
        {
            var page = (await shop.Api.GetAsync(next == first ? next.ToString() : $"{first}&after={next}")).Ok();
            seen.AddRange(page["items"]!.AsArray().Select(item => item!["orderId"]!.ToString()));
            next = page["next"];
        }
        seen.ShouldBe(Enumerable.Range(1, 5).Reverse().Select(Id));
        (await shop.Api.GetAsync("/chain-orders?state=fulfilled")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
        (await shop.Api.GetAsync("/chain-orders?state=nowhere")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "state");
        (await shop.Api.GetAsync("/chain-orders?code=4294967296")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "code_invalid", "code");
    }

    [Fact]
    public async Task Every_member_that_cannot_be_read_is_named()
    {
        var shop = await node.OpenShopAsync();
        const string body = """
            {"orderId":"0x12","maker":"nobody","give":{"chainId":1,"token":"0x12","amount":"1e3"},"take":{"chainId":0,"token":"x","amount":"1"},
             "affiliateFee":{"percent":10.1},"usd":{"give":-1}}
            """;
        var refused = (await shop.Api.PostAsync("/chain-orders", body)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "give.token");
        refused["fields"]!.AsArray().Select(field => field!.ToString()).Order().ShouldBe(
            ["affiliateFee.percent", "give.amount", "give.token", "maker", "orderId", "take.chainId", "usd.give"]);
    }

    internal static string Id(int number) => $"0x{number:x64}";

    internal static string Order(int number, string code = "30830", string more = "") => $$"""
        {"orderId":"{{Id(number)}}","referralCode":{{code}},"maker":"0x{{7:x40}}",
         "give":{"chainId":1,"token":"0x{{8:x40}}","amount":"10"},"take":{"chainId":56,"token":"0x{{9:x40}}","amount":"10" }{{more}} }
        """;

    private static async Task<long> IntegratorAsync(Shop shop, long code)
    {
        var id = (long)(await shop.Api.PostAsync("/integrators", $$"""{"name":"Acme","code":{{code}}}""")).Ok(HttpStatusCode.Created)["id"]!;
        return id;
    }
}

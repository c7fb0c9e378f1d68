using System.Net;
using System.Text.Json.Nodes;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.Robustness;

/// <summary>What happens to one order, reported through the native API in every order.</summary>
public sealed class OrderOfArrivalTests(V1Node node) : IClassFixture<V1Node>
{
    private const string Campaign = """
        {"name":"Ten percent","definition":{"holdDays":0,"steps":[{"trigger":"order","once":false,"lines":[
          {"recipient":"referrer","amount":{"kind":"percent","ppm":100000}},
          {"recipient":"customer","amount":{"kind":"points","points":7}}]}]}}
        """;

    [Fact]
    public async Task R10_every_order_of_arrival_ends_in_the_same_sums()
    {
        (string Path, string Body)[] reports =
        [
            ("/orders", """{"orderId":"o-1","customerId":"bob","total":9999}"""),
            ("/refunds", """{"refundId":"r-1","orderId":"o-1","amount":1234}"""),
            ("/refunds", """{"refundId":"r-2","orderId":"o-1","amount":777}"""),
            ("/refunds/r-1/reinstate", "{}"),
        ];
        string? expected = null;
        foreach (var permutation in Permutations(reports))
        {
            var shop = await OpenAsync();
            await ReportAsync(shop, permutation);
            string sums = await SumsAsync(shop);
            (expected ??= sums).ShouldBe(sums, string.Join(" → ", permutation.Select(report => report.Path)));
        }
        expected!.ShouldContain("\"remainingBase\":9222");
    }

    [Fact]
    public async Task R10_a_cancellation_leaves_nothing_whenever_it_comes()
    {
        (string Path, string Body)[] reports =
        [
            ("/orders", """{"orderId":"o-1","customerId":"bob","total":9999}"""),
            ("/refunds", """{"refundId":"r-1","orderId":"o-1","amount":1234}"""),
            ("/refunds", """{"refundId":"x-1","orderId":"o-1","kind":"cancel"}"""),
        ];
        foreach (var permutation in Permutations(reports))
        {
            var shop = await OpenAsync();
            await ReportAsync(shop, permutation);
            var sums = JsonNode.Parse(await SumsAsync(shop))!;
            foreach (var balance in sums["balances"]!.AsArray())
                ((long)balance!["earned"]!).ShouldBe((long)balance["reversed"]!, string.Join(" → ", permutation.Select(report => report.Path)));
        }
    }

    /// <summary>Each report twice in a row; what needs an earlier one is repeated at the end, as a client does.</summary>
    private static async Task ReportAsync(Shop shop, IReadOnlyList<(string Path, string Body)> reports)
    {
        var late = new List<(string Path, string Body)>();
        foreach (var report in reports)
        {
            var first = await shop.Api.PostAsync(report.Path, report.Body);
            if (first.Status == HttpStatusCode.NotFound)
                late.Add(report);
            else
                (await shop.Api.PostAsync(report.Path, report.Body)).Status.ShouldBe(first.Ok().Status);
        }
        foreach (var report in late)
            (await shop.Api.PostAsync(report.Path, report.Body)).Ok();
    }

    private async Task<Shop> OpenAsync()
    {
        var shop = await node.OpenShopAsync();
        long campaign = (long)(await shop.Api.PostAsync("/campaigns", Campaign)).Ok(HttpStatusCode.Created)["id"]!;
        (await shop.Api.PostAsync($"/campaigns/{campaign}/activate")).Ok();
        (await shop.Api.PutAsync("/customers/ann", """{"ownCode":"ANN2026"}""")).Ok();
        (await shop.Api.PutAsync("/customers/bob", """{"referrerCode":"ANN2026"}""")).Ok();
        return shop;
    }

    /// <summary>The order and both balances, without what tells one programme from another.</summary>
    private static async Task<string> SumsAsync(Shop shop)
    {
        var order = (await shop.Api.GetAsync("/orders/o-1")).Ok();
        var balances = new JsonArray();
        foreach (string customer in (string[])["ann", "bob"])
        {
            long number = (long)(await shop.Api.GetAsync($"/customers/{customer}")).Ok()["number"]!;
            foreach (var balance in (await shop.Api.GetAsync($"/recipients/{number}/balances")).Ok()["items"]!.AsArray())
            {
                balances.Add(new JsonObject
                {
                    ["who"] = customer,
                    ["unit"] = balance!["unit"]!.DeepClone(),
                    ["earned"] = (long)balance["earned"]! - (long)balance["reversed"]!,
                    ["reversed"] = 0,
                    ["available"] = balance["available"]!.DeepClone(),
                });
            }
        }
        return new JsonObject
        {
            ["remainingBase"] = order["remainingBase"]!.DeepClone(),
            ["refunded"] = order["refunded"]!.DeepClone(),
            ["balances"] = balances,
        }.ToJsonString();
    }

    private static IEnumerable<IReadOnlyList<T>> Permutations<T>(IReadOnlyList<T> items) => items.Count == 0
        ? [[]]
        : items.SelectMany((item, at) => Permutations<T>([.. items.Where((_, n) => n != at)]).Select(rest => (IReadOnlyList<T>)[item, .. rest]));
}

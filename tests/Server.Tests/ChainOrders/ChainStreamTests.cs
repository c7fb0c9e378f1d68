using System.Diagnostics;
using System.Globalization;
using System.Net;
using Tributary.Server.Tests.V1;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.ChainOrders;

public sealed class ChainStreamTests(V1Node node) : IClassFixture<V1Node>
{
    [Fact]
    public async Task DB35_the_stream_of_a_code_tells_each_stage_within_a_second_and_nothing_of_others()
    {
        var shop = await node.OpenShopAsync();
        var server = node.Server.Client.BaseAddress!;
        string last;
        await using (var stream = await StreamClient.OpenAsync(server, shop.Key.Token, "?code=30830"))
        {
            (await shop.Api.PostAsync("/chain-orders", ChainOrderApiTests.Order(1, "5"))).Ok(HttpStatusCode.Created);
            (await shop.Api.PostAsync("/chain-orders", ChainOrderApiTests.Order(2))).Ok(HttpStatusCode.Created);
            (await stream.UntilAsync(told => told.Event == "order.created")).ShouldAllBe(told => OfCode(told));
            var committed = Stopwatch.StartNew();
            await StageAsync(shop, 2, "Fulfilled");
            var fulfilled = await stream.UntilAsync(told => told.Event == "order.fulfilled");
            committed.Elapsed.ShouldBeLessThan(MachineLoad.Stretch(TimeSpan.FromSeconds(1)));
            fulfilled.ShouldAllBe(told => OfCode(told));
            last = fulfilled[^1].Id!;
        }
        await StageAsync(shop, 1, "Fulfilled");
        await StageAsync(shop, 2, "SentUnlock");
        await using var resumed = await StreamClient.OpenAsync(server, shop.Key.Token, "?code=30830", last);
        var missed = await resumed.UntilAsync(told => told.Event == "order.unlock_sent");
        missed.ShouldAllBe(told => OfCode(told) && long.Parse(told.Id!, CultureInfo.InvariantCulture) > long.Parse(last, CultureInfo.InvariantCulture));
        (await resumed.IsSilentAsync(TimeSpan.FromMilliseconds(300))).ShouldBeTrue();
    }

    private static bool OfCode(StreamMessage told) => told.Json["data"]!["referralCode"]!.ToString() == "30830";

    private static async Task StageAsync(Shop shop, int order, string stage) =>
        (await shop.Api.PostAsync($"/chain-orders/{ChainOrderApiTests.Id(order)}/events", $$"""{"state":"{{stage}}"}""")).Ok();
}

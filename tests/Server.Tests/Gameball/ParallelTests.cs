using System.Collections.Concurrent;

namespace Tributary.Server.Tests.Gameball;

/// <summary>What must hold when everything comes at once.</summary>
public sealed class ParallelTests(GameballServer server) : IClassFixture<GameballServer>
{
    private const int Calls = 64;

    [Fact]
    public async Task GB29_one_order_sent_64_times_to_two_nodes_is_one_order()
    {
        var shop = await server.OpenShopAsync();
        var other = await server.StartNodeAsync();
        var body = Shop.OrderBody("friend", "o1", code: "REF123456");
        var answers = await AtOnceAsync(call => shop.OnNodeAsync(call % 2 == 0 ? server.Node : other, "POST", "orders", body));
        answers.ShouldAllBe(answer => answer.Status == 200);
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        await ShouldBeOneReferralAsync(shop, orders: 1);
    }

    [Fact]
    public async Task GB30_of_64_first_orders_exactly_one_carries_the_referral()
    {
        var shop = await server.OpenShopAsync();
        var answers = await AtOnceAsync(call => shop.OrderAsync("friend", $"o{call}", code: "REF123456"));
        answers.ShouldAllBe(answer => answer.Status == 200);
        answers.Count(answer => answer.Referral == "accepted").ShouldBe(1);
        answers.Count(answer => answer.Json.GetProperty("rewardedPoints").GetInt64() == 100).ShouldBe(1);
        (await shop.CountAsync("select count(*) from touches where program_id = @program and outcome = 'won'")).ShouldBe(1);
        await ShouldBeOneReferralAsync(shop, orders: Calls);
    }

    [Fact]
    public async Task GB31_of_64_codes_at_one_sign_up_one_wins()
    {
        var shop = await server.OpenShopAsync();
        for (var call = 0; call < Calls; call++)
            await shop.ImportAsync($"referrer {call}", $"CODE-{call}X");
        var answers = await AtOnceAsync(call => shop.SignUpAsync("friend", $"CODE-{call}X"));
        answers.ShouldAllBe(answer => answer.Status == 200);
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        answers.Count(answer => answer.Referral == "accepted").ShouldBe(1);
        (await shop.TouchesAsync("friend")).Count(outcome => outcome == "won").ShouldBe(1);
        (await shop.TouchesAsync("friend")).Count.ShouldBe(Calls);
        (await shop.CountAsync("select count(*) from attributions where program_id = @program")).ShouldBe(1);
        (await shop.CountAsync("select count(*) from customer_ids where program_id = @program and merchant_id = 'friend'")).ShouldBe(1);
    }

    [Fact]
    public async Task GB32_sign_up_with_code_and_order_without_may_race()
    {
        var shop = await server.OpenShopAsync();
        var failed = new ConcurrentBag<string>();
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (round, _) =>
        {
            var id = $"friend {round}";
            var answers = await Task.WhenAll(shop.SignUpAsync(id, "REF123456"), shop.OrderAsync(id, $"o{round}"));
            if (answers.Any(answer => answer.Status != 200) || await shop.PointsAsync(id) != 100)
                failed.Add($"{id}: {answers[0].Referral} {answers[0].Text} {answers[1].Text}");
        });
        failed.ShouldBeEmpty();
        (await shop.FriendsAsync()).ShouldBe((200, 0, 200));
        (await shop.PointsAsync("user_12345")).ShouldBe(200 * 200);
    }

    private static Task<Answer[]> AtOnceAsync(Func<int, Task<Answer>> call) =>
        Task.WhenAll(Enumerable.Range(0, Calls).Select(number => Task.Run(() => call(number))));

    private static async Task ShouldBeOneReferralAsync(Shop shop, int orders)
    {
        (await shop.CountAsync("select count(*) from orders where program_id = @program")).ShouldBe(orders);
        (await shop.CountAsync("select count(*) from customers where program_id = @program")).ShouldBe(2);
        (await shop.CountAsync("select count(*) from rewards where program_id = @program")).ShouldBe(2);
        (await shop.FriendsAsync()).ShouldBe((1, 0, 1));
        (await shop.PointsAsync("user_12345")).ShouldBe(200);
        (await shop.PointsAsync("friend")).ShouldBe(100);
    }
}

using System.Globalization;
using Tributary.Campaigns;
using Tributary.Rewards;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Tests.Gameball;

/// <summary>Refunds and what they take back: gameball.md 3.8 and 4.5.</summary>
public sealed class RefundTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("100.00")]
    public async Task GB34_a_full_refund_undoes_both_rewards_and_the_next_order_earns_them_again(string? amount)
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok();
        var refund = (await shop.RefundAsync("friend", "o1", "r1", amount)).Ok();
        refund.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["gameballTransactionId", "refundTransactionId", "refundAmount", "refundEquivalentPoints"]);
        refund.GetProperty("gameballTransactionId").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.String);
        refund.GetProperty("refundTransactionId").GetString().ShouldBe("r1");
        refund.GetProperty("refundAmount").GetRawText().ShouldBe("100");
        refund.GetProperty("refundEquivalentPoints").GetInt64().ShouldBe(100);
        await ShouldHaveAsync(shop, 0, 0, (1, 1, 0));
        (await EntriesOfAsync(shop, "o1")).ShouldBe(0);

        (await shop.OrderAsync("friend", "o2")).Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
        await ShouldHaveAsync(shop, 200, 100, (1, 0, 1));
        (await shop.CountAsync("select count(*) from rewards where program_id = @program and state <> 'reversed'")).ShouldBe(2);
    }

    public static TheoryData<string, string[]> Amounts()
    {
        var data = new TheoryData<string, string[]>();
        foreach (var order in (string[][])[["30", "30", "20"], ["30", "30", "40"], ["50", "40", "60"]])
            foreach (var permutation in Permutations(order))
                data.Add(string.Join('+', permutation), permutation);
        return data;
    }

    [Theory]
    [MemberData(nameof(Amounts))]
    public async Task GB35_partial_refunds_end_alike_in_every_order(string name, string[] amounts)
    {
        name.ShouldNotBeNull();
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok();
        var left = 100;
        for (var n = 0; n < 3; n++)
        {
            var (id, amount) = ($"r{n}", amounts[n]);
            var recorded = Math.Min(left, int.Parse(amount, CultureInfo.InvariantCulture));
            var answers = await Task.WhenAll(Enumerable.Range(0, n == 1 ? 64 : 1).Select(_ => shop.RefundAsync("friend", "o1", id, amount)));
            foreach (var answer in answers)
            {
                if (recorded == 0)
                    answer.Refused(422, 9001);
                else
                    answer.Ok().GetProperty("refundAmount").GetInt32().ShouldBe(recorded);
            }
            left -= recorded;
        }
        (await shop.CountAsync("select sum(amount) from refunds where program_id = @program")).ShouldBe((100 - left) * 100);
        if (left > 0)
        {
            await ShouldHaveAsync(shop, 200, 100, (1, 0, 1));
            return;
        }
        await ShouldHaveAsync(shop, 0, 0, (1, 1, 0));
        (await shop.RefundAsync("friend", "o1", "one more", "1")).Refused(422, 9001);
        (await shop.RefundAsync("friend", "o1", "r0", amounts[0])).Ok();
    }

    [Fact]
    public async Task GB36_conditions_are_judged_again_on_what_remains()
    {
        var shop = await server.OpenShopAsync(Offers.TwoSided(Offers.Where("total_paid", ConditionOperator.Gte, "200")));
        (await shop.OrderAsync("friend", "o1", "250", "REF123456")).Ok();
        (await shop.RefundAsync("friend", "o1", "r1", "30")).Ok();
        await ShouldHaveAsync(shop, 200, 100, (1, 0, 1));
        (await shop.RefundAsync("friend", "o1", "r2", "30")).Ok();
        await ShouldHaveAsync(shop, 0, 0, (1, 1, 0));
    }

    [Fact]
    public async Task GB36_another_order_already_recorded_takes_its_place()
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok();
        (await shop.OrderAsync("friend", "o2")).Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(0);
        (await shop.RefundAsync("friend", "o1", "r1")).Ok();
        await ShouldHaveAsync(shop, 200, 100, (1, 0, 1));
        (await EntriesOfAsync(shop, "o1")).ShouldBe(0);
    }

    [Fact]
    public async Task GB36_refunds_may_be_told_to_leave_referral_rewards_alone()
    {
        var shop = await server.OpenShopAsync();
        await shop.ChangeAsync("""{"orders":{"refundsTouchRewards":false}}""");
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok();
        (await shop.RefundAsync("friend", "o1", "r1")).Ok().GetProperty("refundEquivalentPoints").GetInt64().ShouldBe(0);
        await ShouldHaveAsync(shop, 200, 100, (1, 0, 1));
    }

    [Fact]
    public async Task GB36_points_spent_before_a_refund_leave_a_negative_balance()
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok();
        var number = (await shop.GetAsync("customers/friend")).Ok().GetProperty("gameballId").GetInt64();
        (await server.Get<RedeemPoints>().ExecuteAsync(
            shop.Program, new RedemptionInput(number, Offers.Points, 60), GameballServer.Operator, default)).Succeeded.ShouldBeTrue();
        (await shop.RefundAsync("friend", "o1", "r1")).Ok().GetProperty("refundEquivalentPoints").GetInt64().ShouldBe(100);
        var balance = (await shop.GetAsync("customers/friend/balance")).Ok();
        foreach (var name in (string[])["availablePointsBalance", "avaliablePointsBalance", "totalPointsBalance"])
            balance.GetProperty(name).GetInt64().ShouldBe(-60);
        balance.GetProperty("availablePointsValue").GetRawText().ShouldBe("-0.6");
    }

    [Fact]
    public async Task GB37_what_is_refunded_must_be_an_order_of_the_customer()
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("friend", "o1", "100", "REF123456")).Ok();
        (await shop.RefundAsync("nobody", "o1", "r1")).Refused(404, 7000, "customer does not exist");
        (await shop.RefundAsync("friend", "o9", "r1")).Refused(404, 9005);
        (await shop.RefundAsync("friend", "O1", "r1")).Refused(404, 9005);
        (await shop.RefundAsync("user_12345", "o1", "r1")).Refused(404, 9005);
        (await shop.RefundAsync("friend", "o1", "r1", "10")).Ok();
        (await shop.RefundAsync("friend", "r1", "r2")).Refused(422, 9000);
        (await shop.RefundAsync("friend", "o1", "r1", "20")).Refused(422, 9004);
        (await shop.RefundAsync("friend", "o1", "r1")).Refused(422, 9004);
        (await shop.RefundAsync("friend", "o1", "r3", "0")).Refused(422, 3003, "invalid refundamount value");
        (await shop.RefundAsync("friend", "o1", "r3", "-1")).Refused(422, 3003);
        var ahead = WireTime.Format(server.Clock.GetUtcNow().AddHours(25));
        (await shop.PostAsync("transactions/refund", $$"""
            {"customerId":"friend","refundTransactionId":"r4","reverseTransactionId":"o1","transactionTime":"{{ahead}}"}
            """)).Refused(422, 9007);
        (await shop.CountAsync("select count(*) from refunds where program_id = @program")).ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"refundTransactionId":"r","reverseTransactionId":"o"}""", "customer id is missing")]
    [InlineData("""{"customerId":"c","reverseTransactionId":"o"}""", "refund transaction id is missing")]
    [InlineData("""{"customerId":"c","refundTransactionId":"r"}""", "reverse transaction id is missing")]
    public async Task Refunds_name_three_ids(string body, string message)
    {
        var shop = await server.OpenShopAsync();
        (await shop.PostAsync("transactions/refund", body)).Refused(400, 3000, message);
    }

    [Theory]
    [InlineData("""[{"productId":"p1","quantity":1}]""", "60")]
    [InlineData("""[{"productId":"p1","quantity":1,"price":10.5,"taxes":1.255,"discount":0.5}]""", "11.26")]
    [InlineData("""[{"productId":"p1"},{"productId":"p2","quantity":2}]""", "100")]
    [InlineData("[]", "100")]
    public async Task A_refund_may_name_items_instead_of_an_amount(string items, string amount)
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("friend", "o1", "100", more: """
            ,"lineItems":[{"productId":"p1","quantity":1,"price":60},{"productId":"p2","quantity":2,"price":20}]
            """)).Ok();
        var refund = await shop.PostAsync("transactions/refund", $$"""
            {"customerId":"friend","refundTransactionId":"r1","reverseTransactionId":"o1","lineItems":{{items}}}
            """);
        refund.Ok().GetProperty("refundAmount").GetRawText().ShouldBe(amount);
        (await shop.PostAsync("transactions/refund", """
            {"customerId":"friend","refundTransactionId":"r2","reverseTransactionId":"o1","lineItems":[{"productId":"unknown"}]}
            """)).Refused(422, 3003);
    }

    private static async Task ShouldHaveAsync(Shop shop, long referrer, long friend, (int Count, int Pending, int Active) friends)
    {
        (await shop.PointsAsync("user_12345")).ShouldBe(referrer);
        (await shop.PointsAsync("friend")).ShouldBe(friend);
        (await shop.FriendsAsync()).ShouldBe(friends);
    }

    /// <summary>What the order put on anybody's account.</summary>
    private static Task<long> EntriesOfAsync(Shop shop, string orderId) => shop.CountAsync($"""
        select coalesce(sum(case e.side when 'credit' then e.amount else -e.amount end), 0)
        from entries e join orders o on o.program_id = e.program_id and o.order_key = e.order_key
        where e.program_id = @program and o.order_id = '{orderId}' and e.recipient_id is not null
        """);

    private static IEnumerable<string[]> Permutations(string[] items)
    {
        if (items.Length == 1)
            return [items];
        return items.SelectMany((first, at) =>
            Permutations([.. items.Where((_, other) => other != at)]).Select(rest => (string[])[first, .. rest]))
            .DistinctBy(permutation => string.Join('+', permutation));
    }
}

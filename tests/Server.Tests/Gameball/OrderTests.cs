using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;
using Tributary.Storage;

namespace Tributary.Server.Tests.Gameball;

/// <summary>Orders: gameball.md 3.7 and 3.9.</summary>
public sealed class OrderTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Theory]
    [InlineData("USD", "0.1", "0.2", "0.3")]
    [InlineData("USD", "19.995", "0", "20")]
    [InlineData("USD", "19.990000000000002", "\"0.01\"", "20")]
    [InlineData("JPY", "100", "19.5", "120")]
    [InlineData("KWD", "0.0015", "0.1", "0.102")]
    public async Task GB21_amounts_are_exact(string currency, string first, string second, string sum)
    {
        var shop = await server.OpenShopAsync(null, currency: currency);
        (await shop.OrderAsync("buyer", "o1", first)).Ok();
        (await shop.OrderAsync("buyer", "o2", second)).Ok();
        var attributes = (await shop.GetAsync("customers/buyer")).Ok().GetProperty("customerAttributes");
        attributes.GetProperty("totalSpent").GetRawText().ShouldBe(sum);
        attributes.GetProperty("totalOrders").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData("-1", 422, 3003, "invalid totalpaid value")]
    [InlineData("1e400", 422, 3003, "invalid totalpaid value")]
    [InlineData("1000000000000000", 422, 3003, "invalid totalpaid value")]
    [InlineData("\"NaN\"", 422, 3003, "invalid totalpaid value")]
    [InlineData("null", 400, 3000, "total paid is missing")]
    [InlineData("{}", 400, 3016, null)]
    public async Task GB21_amounts_that_are_none_are_refused(string total, int status, int code, string? message)
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("buyer", "o1", total)).Refused(status, code, message);
        (await shop.CountAsync("select count(*) from orders where program_id = @program")).ShouldBe(0);
        (await shop.GetAsync("customers/buyer")).Refused(404, 7000);
    }

    [Fact]
    public async Task GB33_the_same_order_again_is_answered_alike_and_another_content_is_refused()
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("other", "OTHER1");
        var first = await shop.OrderAsync("buyer", "o1", "100.00", "REF123456", ",\"orderDate\":\"2026-01-01T00:00:00Z\"");
        server.Clock.Advance(TimeSpan.FromDays(1));
        var again = await shop.OrderAsync("buyer", "o1", "100", " ref-123456 ", ",\"orderDate\":\"2026-01-02\",\"channel\":\"pos\"");
        again.Ok().GetRawText().ShouldBe(first.Ok().GetRawText());

        (await shop.OrderAsync("buyer", "o1", "100.01", "REF123456")).Refused(422, 9004, "order id already exists with other totalpaid");
        (await shop.OrderAsync("other", "o1", "100", "REF123456")).Refused(422, 9004, "order id already exists with other customerid");
        (await shop.OrderAsync("buyer", "o1", "100", "OTHER1")).Refused(422, 9004, "order id already exists with other referrercode");
        (await shop.OrderAsync("buyer", "o1", "100")).Refused(422, 9004);
        (await shop.OrderAsync("nobody", "o1", "100")).Refused(422, 9004);
        (await shop.GetAsync("customers/nobody")).Refused(404, 7000);
        (await shop.CountAsync("select count(*) from orders where program_id = @program")).ShouldBe(1);
        (await shop.PointsAsync("user_12345")).ShouldBe(200);

        await shop.ChangeAsync("""{"orders":{"refuseRepeats":true}}""");
        (await shop.OrderAsync("buyer", "o1", "100", "REF123456")).Refused(422, 9004, "order id already exists");
        (await shop.OrderAsync("buyer", "O1", "100")).Ok();
    }

    [Fact]
    public async Task GB33_an_answer_lost_after_the_commit_is_given_again()
    {
        var shop = await server.OpenShopAsync();
        var transactions = server.Get<Transactions>();
        transactions.FaultPoint = point =>
        {
            if (point == "after_commit")
                throw new InvalidOperationException("A fault that a test injected.");
        };
        try
        {
            (await shop.OrderAsync("friend", "o1", code: "REF123456")).Refused(500, 5000);
        }
        finally
        {
            transactions.FaultPoint = null;
        }
        var again = await shop.OrderAsync("friend", "o1", code: "REF123456");
        again.Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
        again.Referral.ShouldBe("accepted");
        (await shop.CountAsync("select count(*) from orders where program_id = @program")).ShouldBe(1);
        (await shop.PointsAsync("user_12345")).ShouldBe(200);
    }

    [Fact]
    public async Task GB37_times_of_tills_are_forgiven_a_day()
    {
        var shop = await server.OpenShopAsync();
        string At(TimeSpan ahead) => $",\"orderDate\":\"{server.Clock.GetUtcNow() + ahead:yyyy-MM-dd'T'HH:mm:ss'Z'}\"";
        (await shop.OrderAsync("buyer", "o1", more: At(TimeSpan.FromHours(25)))).Refused(422, 9007);
        (await shop.OrderAsync("buyer", "o2", more: ",\"orderDate\":\"1999-12-31T23:59:59Z\"")).Refused(422, 9007);
        (await shop.OrderAsync("buyer", "o3", more: At(TimeSpan.FromHours(24)))).Ok();
        var payment = (await shop.GetAsync("orders/o3/transactions")).Ok().GetProperty("transactions")[0];
        payment.GetProperty("transactionDate").GetString().ShouldBe(WireTime.Format(server.Clock.GetUtcNow()));
        (await shop.OrderAsync("buyer", "o4", more: ",\"orderDate\":\"0001-01-01T00:00:00\"")).Ok();
        (await shop.OrderAsync("buyer", "o5", more: ",\"orderDate\":\"soon\"")).Refused(422, 3003);
    }

    [Fact]
    public async Task GB46_an_order_as_its_customers_account_saw_it()
    {
        var shop = await server.OpenShopAsync();
        (await shop.GetAsync("orders/nothing/transactions")).Ok().GetRawText().ShouldBe("""{"transactions":[],"count":0}""");
        (await shop.OrderAsync("friend", "ORD/1", "100.00", "REF123456", ",\"orderDate\":\"2024-01-15T10:30:00Z\"")).Ok();
        var found = (await shop.GetAsync("orders/ORD%2F1/transactions")).Ok();
        found.GetProperty("count").GetInt32().ShouldBe(2);
        var payment = found.GetProperty("transactions")[0];
        payment.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["transactionDate", "gameballTransactionId", "transactionType", "amount", "transactionId", "equivalentPoints"]);
        payment.GetProperty("transactionType").GetString().ShouldBe("Payment");
        payment.GetProperty("transactionDate").GetString().ShouldBe("2024-01-15T10:30:00.000Z");
        payment.GetProperty("amount").GetRawText().ShouldBe("100");
        payment.GetProperty("equivalentPoints").GetInt64().ShouldBe(0);
        payment.GetProperty("transactionId").GetString().ShouldBe("ORD/1");
        var reward = found.GetProperty("transactions")[1];
        reward.GetProperty("transactionType").GetString().ShouldBe("AchievementReward");
        reward.GetProperty("equivalentPoints").GetInt64().ShouldBe(100);

        (await shop.RefundAsync("friend", "ORD/1", "r1", "100")).Ok();
        var cancel = (await shop.GetAsync("orders/ORD%2F1/transactions")).Ok().GetProperty("transactions").EnumerateArray()
            .Single(entry => entry.GetProperty("transactionType").GetString() == "Cancel");
        cancel.GetProperty("transactionId").GetString().ShouldBe("r1");
        cancel.GetProperty("amount").GetRawText().ShouldBe("100");
        cancel.GetProperty("equivalentPoints").GetInt64().ShouldBe(100);
    }

    [Fact]
    public async Task An_order_with_everything_is_kept_for_conditions()
    {
        var shop = await server.OpenShopAsync(Offers.TwoSided(
            Offers.Where("collection_id", Tributary.Campaigns.ConditionOperator.Contains, "shoes")));
        var answer = await shop.PostAsync("orders", """
            {"customerId":"buyer","email":"b@example.com","mobile":966500001234,"orderId":7,"totalPaid":"250.50","totalPrice":300,
             "totalDiscount":49.5,"totalShipping":0,"totalTax":null,"orderDate":"2026-01-14","referrerCode":"REF123456","channel":"pos",
             "lineItems":[{"productId":1,"quantity":2,"price":100,"sku":"A","title":"Boots","taxes":1.5,"discount":0,"tag":"new",
               "collection":["Shoes","Winter"],"extra":{"colour":"red"}},{"productId":"p2","quantity":"0.5","price":"50"},{}],
             "redemption":{"couponCodes":"SAVE10","pointsHoldReference":null,"couponsLockReference":"lock"},
             "merchant":{"uniqueId":"m1","name":"Mall","branch":{"uniqueId":"b1","name":"North"}},"cartId":"c1","extra":{"gift":true},
             "cashbackConfigurations":{"returnWindow":14}}
            """);
        var order = answer.Ok();
        order.GetProperty("orderId").GetString().ShouldBe("7");
        order.GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
        order.GetProperty("lineItems").EnumerateArray().Select(line => line.GetRawText()).ShouldBe(
        [
            """{"productId":"1","quantity":2,"points":0,"decimalPoints":0,"score":0}""",
            """{"productId":"p2","quantity":0.5,"points":0,"decimalPoints":0,"score":0}""",
            """{"productId":null,"quantity":null,"points":0,"decimalPoints":0,"score":0}""",
        ]);
        var balance = (await shop.GetAsync("customers/buyer/balance")).Ok();
        balance.GetProperty("availablePointsBalance").GetInt64().ShouldBe(0);
        balance.GetProperty("pendingPoints").GetInt64().ShouldBe(100);
    }

    [Fact]
    public async Task A_hold_on_points_is_unknown_and_too_many_items_are_refused()
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("buyer", "o1", more: ",\"redemption\":{\"pointsHoldReference\":\"h\"}")).Refused(404, 9006);
        var items = string.Join(',', Enumerable.Repeat("{}", 501));
        (await shop.OrderAsync("buyer", "o1", more: $",\"lineItems\":[{items}]")).Refused(422, 3011);
        (await shop.OrderAsync("buyer", new string('o', 256))).Refused(422, 3003, "invalid orderid value");
        (await shop.OrderAsync("buyer", " ")).Refused(400, 3000, "order id is missing");
        (await shop.OrderAsync("buyer", new string('o', 255))).Ok();
        (await shop.OrderAsync("buyer", "free", "0", "REF123456")).Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task Balances_have_both_spellings_and_the_value_of_points()
    {
        var shop = await server.OpenShopAsync();
        await shop.ChangeAsync("""{"points":{"name":"Stars","valuePpm":25000}}""");
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok();
        var balance = (await shop.GetAsync("customers/user_12345/balance?expand=all")).Ok();
        balance.GetRawText().ShouldBe(
            """{"availablePointsBalance":200,"avaliablePointsBalance":200,"pendingPoints":0,"totalPointsBalance":200,"availablePointsValue":5,"avaliablePointsValue":5,"pendingPointsValue":0,"totalPointsValue":5,"totalEarnedPoints":200,"totalEarnedPendingPoints":0,"currency":"USD","pointsName":"Stars","nextExpiringPointsAmount":0,"nextExpiringPointsValue":0,"nextExpiringPointsDate":null}""");
    }
}

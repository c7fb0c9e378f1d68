using System.Globalization;
using Tributary.Orders;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>Orders whose money changes after they were recorded: everything that is counted follows, and once.</summary>
public sealed class ChangedMoneyTests(PostgresFixture postgres)
{
    private const string TenPercent = """
        {"steps":[{"name":"Every order","trigger":"order","lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000}}]}],"holdDays":30}
        """;

    [Fact]
    public async Task What_a_customer_has_spent_leaves_out_what_was_refunded_or_cancelled()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercent);
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        await shop.RefundAsync("1", "a", 300);
        await shop.CancelAsync("1");
        (await shop.TextAsync("select orders_total::text from customers where merchant_id = 'tom'")).ShouldBe("0");
        await shop.ReinstateAsync("cancel:1");
        (await shop.TextAsync("select orders_total::text from customers where merchant_id = 'tom'")).ShouldBe("700");
    }

    [Fact]
    public async Task MO26_amendment_and_reinstatement_reach_a_step_that_counts_once()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"First","trigger":"order","once":true,"minimumOrder":{"USD":500},"lines":[{"number":1,"recipient":"referrer","amount":{"kind":"points","points":10,"unit":"points:points"}}]}],
             "holdDays":0}
            """);
        await shop.OrderAsync("tom", "1", total: 400, code: "REF123456");
        (await shop.AmendAsync("1", 2, 2000)).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("user_12345")).ShouldBe(10);
        await shop.CancelAsync("1");
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        await shop.ReinstateAsync("cancel:1");
        (await shop.AvailableAsync("user_12345")).ShouldBe(10);
    }

    [Fact]
    public async Task MO38_a_budget_follows_refunds_and_reinstatements()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"Every order","trigger":"order","lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000}}]}],"holdDays":30,"budget":{"amount":500,"unit":"USD"}}
            """);
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        (await shop.RefundAsync("1", "a", 500)).Succeeded.ShouldBeTrue();
        await shop.ReinstateAsync("a");
        (await shop.TextAsync("select amount::text from usage")).ShouldBe("100");
        var all = await shop.RefundAsync("1", "b");
        all.Succeeded.ShouldBeTrue(all.ToString());
        await shop.ReinstateAsync("b");
        (await shop.TextAsync("select amount::text from usage")).ShouldBe("100");
        (await shop.RefundAsync("1", "c")).Succeeded.ShouldBeTrue();
        (await shop.TextAsync("select amount::text from usage")).ShouldBe("0");
    }

    [Fact]
    public async Task MO38_what_takes_a_refunded_orders_place_finds_its_limit_free()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"First","trigger":"order","once":true,"lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"points","points":10,"unit":"points:points"},"caps":[{"per":"customer","period":"ever","count":1}]}]}],"holdDays":0}
            """);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.OrderAsync("tom", "2");
        await shop.RefundAsync("1", "r");
        (await shop.AvailableAsync("user_12345")).ShouldBe(10);
        (await shop.TextAsync("select status from attributions")).ShouldBe("active");
        (await shop.TextAsync("select count::text from usage")).ShouldBe("1");
    }

    [Fact]
    public async Task MO33_a_claimed_order_that_returns_pays_one_referrer()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercent);
        await shop.SignUpAsync("ann");
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        (await shop.ClaimAsync("tom", "ann")).Succeeded.ShouldBeTrue();
        await shop.RefundAsync("1", "r");
        await shop.ReinstateAsync("r");
        (await shop.TextAsync("select sum(net)::text || '/' || count(*) from rewards where state <> 'reversed'")).ShouldBe("100/1");
        await shop.AmendAsync("1", 2, 1200);
        (await shop.TextAsync("select sum(net)::text || '/' || count(*) from rewards where state <> 'reversed'")).ShouldBe("120/1");
    }

    [Fact]
    public async Task MO50_what_a_person_took_back_does_not_return_with_an_amendment()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercent);
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        var id = await shop.CountAsync("select reward_id from rewards");
        (await new ReverseReward(shop.Transactions).ExecuteAsync(shop.Program, id, "fraud", shop.Caller, CancellationToken.None)).Succeeded.ShouldBeTrue();
        await shop.AmendAsync("1", 2, 1200);
        (await shop.CountAsync("select count(*) from rewards where state <> 'reversed'")).ShouldBe(0);
    }

    [Fact]
    public async Task An_amended_order_pays_whom_it_is_credited_to()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"Every order","trigger":"order","minimumOrder":{"USD":500},"lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000}}]}],"holdDays":30}
            """, x => x with { Attribution = x.Attribution with { NewCustomersOnly = false } });
        await shop.SignUpAsync("ann");
        var ann = await shop.NumberAsync("ann");
        await shop.ExecuteAsync($"insert into coupons (program_id, referrer_id, code, canonical, discount_kind, created_at) values (1, {ann}, 'SAVE10', 'SAVE10', 'other', now())");
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        var order = await new RecordOrder(shop.Transactions).ExecuteAsync(
            shop.Program,
            new OrderInput
            {
                Customer = new CustomerInput { MerchantId = "tom" }, OrderId = "2", Total = 400, Currency = shop.Program.Currency, JudgeByArrival = true,
                Claim = new ReferralClaim { Coupons = ["SAVE10"] },
            },
            shop.Caller, CancellationToken.None);
        order.Value.ReferrerId.ShouldBe(ann);
        (await shop.AmendAsync("2", 2, 2000)).Succeeded.ShouldBeTrue();
        (await shop.TextAsync("select recipient_id::text from rewards where net = 200")).ShouldBe(ann.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task MO42_an_amended_order_fulfils_one_step_of_a_campaign()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[
              {"name":"First","trigger":"order","once":true,"minimumOrder":{"USD":500},"lines":[{"number":1,"recipient":"referrer","amount":{"kind":"points","points":10,"unit":"points:points"}}]},
              {"name":"More","trigger":"order","once":false,"minimumOrder":{"USD":500},"lines":[{"number":2,"recipient":"referrer","amount":{"kind":"points","points":200,"unit":"points:points"}}]}],
             "holdDays":0}
            """);
        await shop.OrderAsync("tom", "1", total: 400, code: "REF123456");
        var amended = await shop.AmendAsync("1", 2, 2000);
        amended.Succeeded.ShouldBeTrue(amended.ToString());
        (await shop.AvailableAsync("user_12345")).ShouldBe(10);
    }

    [Fact]
    public async Task MO24_two_refunds_that_waited_are_told_and_counted_once_each()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        foreach (var id in new[] { "a", "b" })
        {
            await new RefundOrder(shop.Transactions).ExecuteAsync(
                shop.Program, new RefundInput { OrderId = "1", RefundId = id, Amount = 5000, WaitForOrder = true }, shop.Caller, CancellationToken.None);
        }
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await shop.AvailableAsync("tom")).ShouldBe(0);
        (await shop.TextAsync("select sum((customer_taken ->> 'points:points')::int)::text from refunds")).ShouldBe("100");
        (await shop.CountAsync("select count(*) from events where type = 'order.refunded'")).ShouldBe(2);
    }

    [Fact]
    public async Task The_transactions_of_a_reinstated_order_add_up()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"audience":"everyone","steps":[{"name":"Every order","trigger":"order","lines":[
              {"number":2,"recipient":"customer","amount":{"kind":"points","points":7,"unit":"points:points"}}]}],"holdDays":0}
            """);
        await shop.OrderAsync("tom", "1");
        await shop.RefundAsync("1", "r");
        await shop.ReinstateAsync("r");
        (await shop.AvailableAsync("tom")).ShouldBe(7);
        var rows = await new OrderTransactions(shop.Database).OfOrderAsync(1, "1", "points:points", CancellationToken.None);
        rows.Sum(row => row.Kind == OrderTransactionKind.Refund ? -row.Points : row.Points).ShouldBe(7);
    }
}

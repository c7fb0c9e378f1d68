using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>Histories of one order that random ones found to end differently from what is owed; each stays here.</summary>
public sealed class RecomputedOrderTests(PostgresFixture postgres)
{
    private const string EveryOrder = """
        {"steps":[{"name":"Every order","trigger":"order","minimumOrder":{"USD":50},"lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":29000}},
          {"number":2,"recipient":"customer","amount":{"kind":"points","perMajorUnitPpm":1000000,"unit":"points:points"}}]}],"holdDays":30}
        """;

    [Fact]
    public async Task An_order_amended_to_nothing_does_not_count_as_the_first_any_more()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await AmendAsync(shop, 2, 0);
        (await shop.AvailableAsync("tom")).ShouldBe(0);
        (await shop.TextAsync("select status from attributions")).ShouldBe("pending");
        await AmendAsync(shop, 3, 500);
        (await shop.AvailableAsync("tom")).ShouldBe(100);
    }

    [Fact]
    public async Task A_reinstated_cancellation_gives_the_first_order_back()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await CancelAsync(shop);
        (await shop.AvailableAsync("tom")).ShouldBe(0);
        await ReinstateAsync(shop, "c");
        (await shop.AvailableAsync("tom")).ShouldBe(100);
    }

    [Fact]
    public async Task I7_what_was_refunded_before_an_order_was_paid_earns_nothing()
    {
        await using var shop = await Shop.OpenAsync(postgres, EveryOrder);
        await shop.OrderAsync("tom", "1", total: 10_000, code: "REF123456", paid: false);
        await shop.RefundAsync("1", "r", 4_000);
        await PayAsync(shop);
        (await NetAsync(shop)).ShouldBe("174/60");
        (await shop.TextAsync("select orders_total::text from customers where merchant_id = 'tom'")).ShouldBe("6000");
    }

    [Fact]
    public async Task I7_an_order_cancelled_before_it_was_paid_is_open_again_when_that_is_reinstated()
    {
        await using var shop = await Shop.OpenAsync(postgres, EveryOrder);
        await shop.OrderAsync("tom", "1", total: 10_000, code: "REF123456", paid: false);
        await CancelAsync(shop);
        (await PayAsync(shop)).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
        await ReinstateAsync(shop, "c");
        (await shop.TextAsync("select state from orders")).ShouldBe("open");
        (await PayAsync(shop)).Value.Repeated.ShouldBeFalse();
        (await NetAsync(shop)).ShouldBe("290/100");
    }

    [Fact]
    public async Task MO26_a_line_that_was_too_small_to_pay_pays_once_an_amendment_makes_it_large_enough()
    {
        await using var shop = await Shop.OpenAsync(postgres, EveryOrder);
        await shop.OrderAsync("tom", "1", total: 50, code: "REF123456");
        (await NetAsync(shop)).ShouldBe("1/1");
        await shop.OrderAsync("tom", "2", total: 49);
        (await AmendAsync(shop, 2, 50, order: "2")).Value.Changed.ShouldBeTrue();
        (await NetAsync(shop)).ShouldBe("2/2");
    }

    [Fact]
    public async Task MO26_a_second_line_pays_although_the_first_has_paid_before()
    {
        await using var shop = await Shop.OpenAsync(postgres, EveryOrder.Replace("29000", "1000", StringComparison.Ordinal));
        await shop.OrderAsync("tom", "1", total: 100, code: "REF123456");
        (await NetAsync(shop)).ShouldBe("0/1");
        await AmendAsync(shop, 2, 10_000);
        (await NetAsync(shop)).ShouldBe("10/100");
        await AmendAsync(shop, 3, 20_000);
        (await NetAsync(shop)).ShouldBe("20/200");
    }

    [Fact]
    public async Task I7_a_refund_that_kept_an_amended_order_too_small_pays_when_it_is_reinstated()
    {
        await using var shop = await Shop.OpenAsync(postgres, EveryOrder);
        await shop.OrderAsync("tom", "1", total: 45, code: "REF123456");
        await shop.RefundAsync("1", "r", 40);
        await AmendAsync(shop, 2, 80);
        (await NetAsync(shop)).ShouldBe("0/0");
        await ReinstateAsync(shop, "r");
        (await NetAsync(shop)).ShouldBe("2/1");
        (await shop.TextAsync("select status from attributions")).ShouldBe("active");
    }

    [Fact]
    public async Task I5_the_order_as_first_sent_is_repeated_after_it_was_amended()
    {
        await using var shop = await Shop.OpenAsync(postgres, EveryOrder);
        await shop.OrderAsync("tom", "1", total: 1_000, code: "REF123456");
        await AmendAsync(shop, 2, 2_000);
        (await shop.OrderAsync("tom", "1", total: 1_000, code: "REF123456")).Value.Repeated.ShouldBeTrue();
        (await shop.OrderAsync("tom", "1", total: 2_000, code: "REF123456")).Problem.Field.ShouldBe("total");
    }

    [Fact]
    public async Task I17_sums_beyond_what_can_be_counted_are_refused()
    {
        await using var shop = await Shop.OpenAsync(postgres, EveryOrder);
        (await shop.OrderAsync("tom", "1", total: long.MaxValue, code: "REF123456")).Succeeded.ShouldBeTrue();
        (await shop.OrderAsync("tom", "2", total: long.MaxValue)).Problem.Code.ShouldBe(ProblemCode.AmountOutOfRange);
        (await shop.CountAsync("select count(*) from orders")).ShouldBe(1);
    }

    [Fact]
    public async Task MO24_a_refund_that_comes_at_the_same_time_as_its_order_does_not_wait_for_ever()
    {
        await using var shop = await Shop.OpenAsync(postgres, EveryOrder);
        for (var n = 0; n < 20; n++)
        {
            var id = $"o{n}";
            var refund = new RefundInput { OrderId = id, RefundId = $"r{n}", Amount = 400, WaitForOrder = true };
            await Task.WhenAll(
                shop.OrderAsync($"tom{n}", id, total: 1_000, code: "REF123456"),
                new RefundOrder(shop.Transactions).ExecuteAsync(shop.Program, refund, shop.Caller, CancellationToken.None));
        }
        (await shop.CountAsync("select count(*) from refunds where state <> 'applied'")).ShouldBe(0);
        (await shop.CountAsync("select count(*) from orders where refunded = 400")).ShouldBe(20);
    }

    private static Task<Outcome<OrderRecorded>> PayAsync(Shop shop) =>
        new PayOrder(shop.Transactions).ExecuteAsync(shop.Program, "1", shop.Caller, CancellationToken.None);

    private static Task<Outcome<RefundRecorded>> ReinstateAsync(Shop shop, string refund) =>
        new ReinstateRefund(shop.Transactions).ExecuteAsync(shop.Program, refund, shop.Caller, CancellationToken.None);

    private static Task<Outcome<RefundRecorded>> CancelAsync(Shop shop) => new RefundOrder(shop.Transactions).ExecuteAsync(
        shop.Program, new RefundInput { OrderId = "1", RefundId = "c", Kind = RefundKind.Cancel }, shop.Caller, CancellationToken.None);

    private static Task<Outcome<OrderAmended>> AmendAsync(Shop shop, int version, long total, string order = "1") => new AmendOrder(shop.Transactions)
        .ExecuteAsync(shop.Program, new OrderAmendment(order, version, total, null, null, null, null), shop.Caller, CancellationToken.None);

    private static async Task<string> NetAsync(Shop shop) => (await shop.TextAsync("""
        select coalesce(sum(net) filter (where line = 1), 0)::text || '/' || coalesce(sum(net) filter (where line = 2), 0)::text from rewards
        """))!;
}

using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>Orders that are amended, cancelled, and whose refunds are reinstated: recomputed, never subtracted.</summary>
public sealed class ChangedOrderTests(PostgresFixture postgres)
{
    private const string TenPercentFromFive = """
        {"steps":[{"name":"Every order","trigger":"order","minimumOrder":{"USD":500},"lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000}},
          {"number":2,"recipient":"customer","amount":{"kind":"points","points":7,"unit":"points:points"}}]}],"holdDays":30}
        """;

    [Fact]
    public async Task A_reinstated_refund_counts_as_nothing()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.RefundAsync("1", "r1");
        (await ReinstateAsync(shop, "r1")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.AvailableAsync("tom")).ShouldBe(100);
        (await shop.TextAsync("select status from attributions")).ShouldBe("active");
        (await ReinstateAsync(shop, "r1")).Value.Repeated.ShouldBeTrue();
        (await shop.AvailableAsync("tom")).ShouldBe(100);
    }

    [Fact]
    public async Task An_open_order_earns_when_it_is_paid_and_only_once()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456", paid: false);
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        (await shop.TextAsync("select status from attributions")).ShouldBe("pending");
        var pay = new PayOrder(shop.Transactions);
        (await pay.ExecuteAsync(shop.Program, "1", shop.Caller, CancellationToken.None)).Value.CustomerEarned["points:points"].ShouldBe(100);
        (await pay.ExecuteAsync(shop.Program, "1", shop.Caller, CancellationToken.None)).Value.Repeated.ShouldBeTrue();
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.TextAsync("select status from attributions")).ShouldBe("active");
        (await pay.ExecuteAsync(shop.Program, "2", shop.Caller, CancellationToken.None)).Problem.Code.ShouldBe(ProblemCode.NotFound);
    }

    [Fact]
    public async Task A_cancelled_order_owes_nothing_until_the_cancellation_is_reinstated()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercentFromFive);
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        await CancelAsync(shop, "1");
        (await PostedAsync(shop)).ShouldBe("0/0");
        (await shop.TextAsync("select state from orders")).ShouldBe("cancelled");
        await ReinstateAsync(shop, "cancel:1");
        (await PostedAsync(shop)).ShouldBe("100/7");
        (await shop.TextAsync("select state from orders")).ShouldBe("paid");
    }

    [Fact]
    public async Task An_amendment_counts_by_its_version_alone()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercentFromFive);
        await shop.OrderAsync("tom", "1", total: 400, code: "REF123456");
        (await PostedAsync(shop)).ShouldBe("0/0");
        (await AmendAsync(shop, "1", 3, 2000)).Value.Changed.ShouldBeTrue();
        (await PostedAsync(shop)).ShouldBe("200/7");
        (await AmendAsync(shop, "1", 2, 9000)).Value.Changed.ShouldBeFalse();
        (await PostedAsync(shop)).ShouldBe("200/7");
        (await AmendAsync(shop, "1", 4, 499)).Value.Changed.ShouldBeTrue();
        (await PostedAsync(shop)).ShouldBe("0/0");
        await shop.RefundAsync("1", "r", 100);
        (await AmendAsync(shop, "1", 5, 99)).Problem.Code.ShouldBe(ProblemCode.RefundExceedsOrder);
        (await AmendAsync(shop, "1", 5, 1000)).Value.Changed.ShouldBeTrue();
        (await PostedAsync(shop)).ShouldBe("90/7");
    }

    [Fact]
    public async Task I7_any_order_of_refunds_reinstatement_and_amendment_ends_alike()
    {
        Func<Shop, Task>[] steps =
        [
            shop => shop.RefundAsync("1", "a", 100),
            shop => shop.RefundAsync("1", "b", 250),
            shop => AmendAsync(shop, "1", 2, 1500),
            shop => shop.RefundAsync("1", "a", 100),
        ];
        var ends = new HashSet<string>();
        foreach (var order in Permutations(steps.Length))
        {
            await using var shop = await Shop.OpenAsync(postgres, TenPercentFromFive);
            await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
            foreach (var step in order)
                await steps[step](shop);
            await ReinstateAsync(shop, "b");
            ends.Add(await PostedAsync(shop));
        }
        ends.ShouldBe(["140/7"]);
    }

    [Fact]
    public async Task MO24_a_refund_before_its_order_waits_for_it()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercentFromFive);
        var waiting = await new RefundOrder(shop.Transactions).ExecuteAsync(
            shop.Program, new RefundInput { OrderId = "1", RefundId = "r", Amount = 400, WaitForOrder = true }, shop.Caller, CancellationToken.None);
        waiting.Value.Waiting.ShouldBeTrue();
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        (await PostedAsync(shop)).ShouldBe("60/7");
        (await shop.TextAsync("select refunded::text from orders")).ShouldBe("400");
    }

    [Fact]
    public async Task MO24_a_refund_whose_order_never_comes_lapses_and_tells()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercentFromFive);
        await new RefundOrder(shop.Transactions).ExecuteAsync(
            shop.Program, new RefundInput { OrderId = "1", RefundId = "r", Amount = 400, WaitForOrder = true }, shop.Caller, CancellationToken.None);
        var job = new LapsedRefunds(shop.Database, shop.Transactions, shop.Clock);
        (await job.RunAsync(CancellationToken.None)).ShouldBe(0);
        shop.Clock.Advance(TimeSpan.FromDays(LapsedRefunds.WaitDays));
        (await job.RunAsync(CancellationToken.None)).ShouldBe(1);
        (await job.RunAsync(CancellationToken.None)).ShouldBe(0);
        (await shop.TextAsync("select data ->> 'orderId' from events where type = 'refund.lapsed'")).ShouldBe("1");
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        (await PostedAsync(shop)).ShouldBe("100/7");
    }

    private static Task<Outcome<RefundRecorded>> ReinstateAsync(Shop shop, string refund) =>
        new ReinstateRefund(shop.Transactions).ExecuteAsync(shop.Program, refund, shop.Caller, CancellationToken.None);

    private static Task<Outcome<RefundRecorded>> CancelAsync(Shop shop, string order) => new RefundOrder(shop.Transactions).ExecuteAsync(
        shop.Program, new RefundInput { OrderId = order, RefundId = $"cancel:{order}", Kind = RefundKind.Cancel }, shop.Caller, CancellationToken.None);

    private static Task<Outcome<OrderAmended>> AmendAsync(Shop shop, string order, int version, long total) => new AmendOrder(shop.Transactions)
        .ExecuteAsync(shop.Program, new OrderAmendment(order, version, total, null, null, null, null), shop.Caller, CancellationToken.None);

    private static async Task<string> PostedAsync(Shop shop) => (await shop.TextAsync("""
        select coalesce(sum(net) filter (where line = 1), 0)::text || '/' || coalesce(sum(net) filter (where line = 2), 0)::text
        from rewards where state <> 'reversed'
        """))!;

    private static IEnumerable<int[]> Permutations(int count) => count == 1
        ? [[0]]
        : Permutations(count - 1).SelectMany(rest => Enumerable.Range(0, count).Select(place => (int[])[.. rest[..place], count - 1, .. rest[place..]]));
}

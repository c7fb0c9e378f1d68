using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>Reinstatements that come before their refund (money.md MO-24).</summary>
public sealed class EarlyReinstatementTests(PostgresFixture postgres)
{
    [Fact]
    public async Task MO24_a_reinstatement_before_its_refund_waits_and_the_refund_counts_as_nothing()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var early = (await shop.ReinstateAsync("r")).Value;
        (early.Waiting, early.Repeated).ShouldBe((true, false));
        (await shop.ReinstateAsync("r")).Value.Repeated.ShouldBeTrue();
        (await shop.RefundAsync("1", "r")).Succeeded.ShouldBeTrue();
        await ShouldCountAsNothingAsync(shop);
        (await shop.RefundAsync("1", "r")).Value.Repeated.ShouldBeTrue();
        (await shop.ReinstateAsync("r")).Value.Repeated.ShouldBeTrue();
        await ShouldCountAsNothingAsync(shop);
        (await shop.RefundAsync("1", "another")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("tom")).ShouldBe(0);
    }

    [Fact]
    public async Task MO24_reinstatement_refund_and_order_may_come_in_this_order()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        (await shop.ReinstateAsync("r")).Value.Waiting.ShouldBeTrue();
        (await WaitingRefundAsync(shop)).Succeeded.ShouldBeTrue();
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await ShouldCountAsNothingAsync(shop);
    }

    [Fact]
    public async Task MO24_a_reinstatement_whose_refund_never_comes_lapses_and_tells()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.ReinstateAsync("r");
        var job = new LapsedRefunds(shop.Database, shop.Transactions, shop.Clock);
        (await job.RunAsync(CancellationToken.None)).ShouldBe(0);
        shop.Clock.Advance(TimeSpan.FromDays(LapsedRefunds.WaitDays));
        (await job.RunAsync(CancellationToken.None)).ShouldBe(1);
        (await shop.CountAsync("select count(*) from events where type = 'refund.lapsed' and subject = 'refund:r'")).ShouldBe(1);
        await shop.RefundAsync("1", "r");
        (await shop.AvailableAsync("tom")).ShouldBe(0);
    }

    [Fact]
    public async Task MO24_a_refund_and_its_reinstatement_at_once_end_alike()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        for (int n = 0; n < 20; n++)
        {
            string id = $"{n}";
            await shop.OrderAsync("tom", id, code: "REF123456");
            var outcomes = await Task.WhenAll(
                Task.Run(() => shop.RefundAsync(id, $"r{id}")), Task.Run(() => shop.ReinstateAsync($"r{id}")));
            outcomes.ShouldAllBe(outcome => outcome.Succeeded);
        }
        (await shop.CountAsync("select count(*) from refunds where state = 'reinstated'")).ShouldBe(20);
        (await shop.CountAsync("select count(*) from waiting_reinstatements")).ShouldBe(0);
        (await shop.AvailableAsync("tom")).ShouldBe(100);
    }

    private static async Task ShouldCountAsNothingAsync(Shop shop)
    {
        (await shop.TextAsync("select state from refunds where refund_id = 'r' and reinstated_at is not null")).ShouldBe("reinstated");
        (await shop.CountAsync("select count(*) from waiting_reinstatements")).ShouldBe(0);
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.AvailableAsync("tom")).ShouldBe(100);
    }

    private static Task<Outcome<RefundRecorded>> WaitingRefundAsync(Shop shop) => new RefundOrder(shop.Transactions).ExecuteAsync(
        shop.Program, new RefundInput { OrderId = "1", RefundId = "r", WaitForOrder = true }, shop.Caller, CancellationToken.None);
}

using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Signups;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Touches;

/// <summary>Orders on the word of a page, and what makes them the server's (partnero.md § 7).</summary>
public sealed class BrowserOrderTests(PostgresFixture postgres)
{
    private static readonly Caller Page = new("browser", Trusted: false);

    [Fact]
    public async Task PN60_rewards_of_a_browsers_order_are_held_until_the_server_sends_the_same()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await RecordAsync(shop, "k", "1", 10_000);
        (await StatesAsync(shop)).ShouldBe("held browser 10");
        (await shop.Shop.TextAsync("select source from orders")).ShouldBe("browser");

        (await RecordAsync(shop, "k", "1", 10_000)).Repeated.ShouldBeTrue();
        var confirmed = await shop.OrderAsync("k", "1", total: 10_000);
        confirmed.Repeated.ShouldBeFalse();
        (await StatesAsync(shop)).ShouldBe("pending - 10");
        (await shop.Shop.TextAsync("select source from orders")).ShouldBe("server");
        (await shop.CreditOfAsync("1")).ShouldBe("A code");
        (await shop.OrderAsync("k", "1", total: 10_000)).Repeated.ShouldBeTrue();
        (await shop.Shop.CountAsync("select count(*) from orders")).ShouldBe(1);
    }

    [Fact]
    public async Task PN60_other_content_of_the_servers_takes_its_place()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await RecordAsync(shop, "k", "1", 10_000);
        var replaced = await shop.OrderAsync("k", "1", total: 4_000);
        replaced.Repeated.ShouldBeFalse();
        (await shop.Shop.CountAsync("select total from orders where living")).ShouldBe(4_000);
        (await shop.Shop.CountAsync("select count(*) from rewards where state = 'held'")).ShouldBe(0);
        (await shop.PointsAsync("A")).ShouldBe(10);
        (await shop.Shop.CountAsync("select orders_count from customers c join customer_ids i using (program_id, customer_id) where i.merchant_id = 'k'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_browser_changes_nothing_of_the_servers_order_nor_of_a_known_customer()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.SignUpAsync("k", ReferralClaim.None, email: "k@example.com");
        await shop.OrderAsync("k", "1");
        await new RecordOrder(shop.Shop.Transactions).ExecuteAsync(shop.Shop.Program, Order(shop, "k", "1", 5), Page, CancellationToken.None);
        await RecordAsync(shop, "k", "2", 10_000);
        (await shop.Shop.CountAsync("select total from orders where order_id = '1'")).ShouldBe(10_000);
        (await shop.Shop.TextAsync("select email from customers c join customer_ids i using (program_id, customer_id) where i.merchant_id = 'k'")).ShouldBe("k@example.com");
    }

    [Fact]
    public async Task A_programme_may_trust_its_pages()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        shop.Shop.Set(settings => settings with { Partnero = settings.Partnero with { TrustBrowserOrders = true } });
        await RecordAsync(shop, "k", "1", 10_000);
        (await StatesAsync(shop)).ShouldBe("available - 10");
    }

    private static Task<string?> StatesAsync(TouchShop shop) =>
        shop.Shop.TextAsync("select string_agg(state || ' ' || coalesce(reason, '-') || ' ' || net, ', ') from rewards");

    private static async Task<OrderRecorded> RecordAsync(TouchShop shop, string customer, string order, long total) =>
        (await new RecordOrder(shop.Shop.Transactions).ExecuteAsync(shop.Shop.Program, Order(shop, customer, order, total), Page, CancellationToken.None)).Value;

    private static OrderInput Order(TouchShop shop, string customer, string order, long total) => new()
    {
        Customer = new CustomerInput { MerchantId = customer, Email = "somebody@example.com", OnlyIfNew = true },
        OrderId = order,
        Total = total,
        Currency = shop.Shop.Program.Currency,
        Claim = new ReferralClaim { Code = "CODE-A" },
        FromBrowser = true,
    };
}

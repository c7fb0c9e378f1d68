using Tributary.Primitives;
using Tributary.Rewards;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>A programme that pays in another currency than its orders'.</summary>
public sealed class ConversionTests(PostgresFixture postgres)
{
    private const string All = """
        {"steps":[{"name":"Every order","trigger":"order","lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":1000000}}]}],"holdDays":30}
        """;

    [Fact]
    public async Task MO72_refunds_recompute_in_the_orders_currency_and_convert_by_the_first_rate()
    {
        await using var shop = await Shop.OpenAsync(postgres, All, s => s with { Rewards = s.Rewards with { PayIn = "EUR" } });
        await AddRateAsync(shop);
        await shop.OrderAsync("tom", "1", total: 1450, code: "REF123456");
        (await NetAsync(shop)).ShouldBe("1339 EUR pending");
        await shop.RefundAsync("1", "a", 580);
        (await NetAsync(shop)).ShouldBe("803 EUR pending");
        await shop.RefundAsync("1", "b");
        (await NetAsync(shop)).ShouldBe("0 EUR reversed");
        (await shop.TextAsync("select string_agg(amount::text, ',' order by transfer_id, n) from entries where account = 'expense'")).ShouldBe("1450,536,803");
        (await shop.CountAsync("select count(*) from transfers where kind = 'convert' and pair is not null")).ShouldBe(2);
    }

    [Fact]
    public async Task MO71_without_a_rate_it_is_held_in_the_orders_currency_and_converts_when_one_arrives()
    {
        await using var shop = await Shop.OpenAsync(postgres, All, s => s with { Rewards = s.Rewards with { PayIn = "EUR" } });
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        (await NetAsync(shop)).ShouldBe("1000 USD held");
        await AddRateAsync(shop);
        var converted = await new ConvertHeldRewards(shop.Transactions).ExecuteAsync(shop.Program, Currency.Of("USD"), shop.Caller, CancellationToken.None);
        converted.Value.Converted.ShouldBe(1);
        (await NetAsync(shop)).ShouldBe("923 EUR pending");
        await shop.RefundAsync("1", "r");
        (await NetAsync(shop)).ShouldBe("0 EUR reversed");
    }

    private static Task AddRateAsync(Shop shop) => shop.ExecuteAsync("""
        insert into exchange_rates (program_id, from_unit, to_unit, rate, scale, source, valid_at, created_at)
        values (1, 'USD', 'EUR', 92345, 5, 'test', '2026-01-15T12:00:00Z', now())
        """);

    private static async Task<string> NetAsync(Shop shop) => (await shop.TextAsync("select net::text || ' ' || unit || ' ' || state from rewards"))!;
}

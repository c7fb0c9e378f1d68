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

    private const string TenPercent = """
        {"steps":[{"name":"Every order","trigger":"order","lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000}}]}],"holdDays":30}
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

    [Fact]
    public async Task MO4_a_conversion_beyond_what_can_be_counted_is_refused()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercent, x => x with { Rewards = x.Rewards with { PayIn = "IDR" } });
        await shop.ExecuteAsync("""
            insert into exchange_rates (program_id, from_unit, to_unit, rate, scale, source, valid_at, created_at)
            values (1, 'USD', 'IDR', 16000, 0, 'test', '2026-01-15T12:00:00Z', now())
            """);
        (await shop.OrderAsync("tom", "1", total: long.MaxValue, code: "REF123456")).Problem.Code.ShouldBe(ProblemCode.AmountOutOfRange);
    }

    [Fact]
    public async Task MO37_a_reward_that_is_converted_late_keeps_its_limit()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"Every order","trigger":"order","lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000}}]}],"holdDays":30,"budget":{"amount":50,"unit":"USD"}}
            """, x => x with { Rewards = x.Rewards with { PayIn = "EUR" } });
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        (await shop.TextAsync("select net::text || state from rewards")).ShouldBe("50held");
        await AddRateAsync(shop);
        await new ConvertHeldRewards(shop.Transactions).ExecuteAsync(shop.Program, Currency.Of("USD"), shop.Caller, CancellationToken.None);
        (await shop.TextAsync("select net::text || state from rewards")).ShouldBe("46pending");
        await shop.RefundAsync("1", "r", 200);
        (await shop.TextAsync("select net::text || state from rewards")).ShouldBe("46pending");
    }

    [Fact]
    public async Task A_reward_that_was_converted_late_can_be_held_and_released()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercent, x => x with { Rewards = x.Rewards with { PayIn = "EUR" } });
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        await AddRateAsync(shop);
        await new ConvertHeldRewards(shop.Transactions).ExecuteAsync(shop.Program, Currency.Of("USD"), shop.Caller, CancellationToken.None);
        var id = await shop.CountAsync("select reward_id from rewards");
        var hold = new HoldReward(shop.Transactions);
        (await hold.HoldAsync(shop.Program, id, "x", shop.Caller, CancellationToken.None)).Succeeded.ShouldBeTrue();
        var released = await hold.ReleaseAsync(shop.Program, id, shop.Caller, CancellationToken.None);
        released.Succeeded.ShouldBeTrue(released.ToString());
    }

    [Fact]
    public async Task MO71_a_reward_that_returns_waits_for_its_rate_again()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercent, x => x with { Rewards = x.Rewards with { PayIn = "EUR" } });
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        await shop.RefundAsync("1", "r");
        await shop.ReinstateAsync("r");
        (await shop.TextAsync("select state || reason from rewards where state <> 'reversed'")).ShouldBe("heldno_rate");
    }

    [Fact]
    public async Task MO71_all_that_waited_for_a_rate_converts_however_much_it_is()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercent, x => x with { Rewards = x.Rewards with { PayIn = "EUR" } });
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        for (int n = 2; n <= 205; n++)
            await shop.OrderAsync("tom", $"{n}", total: 1000);
        await AddRateAsync(shop);
        var converted = await new ConvertHeldRewards(shop.Transactions).ExecuteAsync(shop.Program, Currency.Of("USD"), shop.Caller, CancellationToken.None);
        converted.Value.Converted.ShouldBe(205);
        (await shop.CountAsync("select count(*) from rewards where state = 'held'")).ShouldBe(0);
    }

    private static Task AddRateAsync(Shop shop) => shop.ExecuteAsync("""
        insert into exchange_rates (program_id, from_unit, to_unit, rate, scale, source, valid_at, created_at)
        values (1, 'USD', 'EUR', 92345, 5, 'test', '2026-01-15T12:00:00Z', now())
        """);

    private static async Task<string> NetAsync(Shop shop) => (await shop.TextAsync("select net::text || ' ' || unit || ' ' || state from rewards"))!;
}

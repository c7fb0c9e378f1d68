using Tributary.Orders;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>Money whose owner changes: merged, claimed for another, deleted.</summary>
public sealed class MovedMoneyTests(PostgresFixture postgres)
{
    private const string TenPercent = """
        {"steps":[{"name":"Every order","trigger":"order","lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000}}]}],"holdDays":30}
        """;

    [Fact]
    public async Task Merged_referrers_share_what_is_left_of_a_limit()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"Every order","trigger":"order","lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000},"caps":[{"per":"recipient","period":"ever","amount":1000,"unit":"USD"}]}]}],"holdDays":30}
            """);
        await shop.SignUpAsync("web", ownCode: "WEB12345", email: "w@example.com");
        await shop.SignUpAsync("pos", ownCode: "POS12345");
        await shop.OrderAsync("f1", "1", total: 100, code: "WEB12345");
        await shop.OrderAsync("f2", "2", total: 9000, code: "POS12345");
        shop.Set(x => x with { Customers = x.Customers with { MergeBy = MergeBy.Email } });
        (await shop.SignUpAsync("pos", email: "w@example.com")).Succeeded.ShouldBeTrue();
        (await shop.TextAsync("select sum(amount)::text || '/' || count(*) from usage")).ShouldBe("910/1");
        (await shop.OrderAsync("f3", "3", total: 9000, code: "WEB12345")).Succeeded.ShouldBeTrue();
        (await shop.TextAsync("select sum(net)::text from rewards")).ShouldBe("1000");
        (await shop.RefundAsync("2", "r")).Succeeded.ShouldBeTrue();
        (await shop.TextAsync("select sum(amount)::text from usage")).ShouldBe("100");
    }

    [Fact]
    public async Task CL95_a_customer_may_be_claimed_for_another_and_back()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.SignUpAsync("ann");
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await shop.ClaimAsync("tom", "ann")).Succeeded.ShouldBeTrue();
        var back = await shop.ClaimAsync("tom", "user_12345");
        back.Succeeded.ShouldBeTrue(back.ToString());
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.ClaimAsync("tom", "ann")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("ann")).ShouldBe(200);
        (await shop.RefundAsync("1", "r")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("ann")).ShouldBe(0);
    }

    [Fact]
    public async Task MO38_a_claim_moves_what_was_used_of_a_limit()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"Every order","trigger":"order","lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000},"caps":[{"per":"recipient","period":"ever","amount":1000,"unit":"USD"}]}]}],"holdDays":30}
            """);
        await shop.SignUpAsync("ann", ownCode: "ANN12345");
        await shop.OrderAsync("tom", "1", total: 5000, code: "REF123456");
        await shop.OrderAsync("bob", "2", total: 1000, code: "ANN12345");
        (await shop.ClaimAsync("tom", "ann")).Succeeded.ShouldBeTrue();
        (await shop.TextAsync("select string_agg(amount::text, ' ' order by scope) from usage")).ShouldBe("0 600");
        var refund = await shop.RefundAsync("1", "r");
        refund.Succeeded.ShouldBeTrue(refund.ToString());
    }

    [Fact]
    public async Task CL95_an_order_that_a_coupon_credited_stays_where_it_is()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercent);
        await shop.SignUpAsync("ann");
        var one = await shop.NumberAsync("user_12345");
        await shop.ExecuteAsync($"insert into coupons (program_id, referrer_id, code, canonical, discount_kind, created_at) values (1, {one}, 'SAVE10', 'SAVE10', 'other', now())");
        await new RecordOrder(shop.Transactions).ExecuteAsync(
            shop.Program,
            new OrderInput
            {
                Customer = new CustomerInput { MerchantId = "tom" }, OrderId = "1", Total = 1000, Currency = shop.Program.Currency, JudgeByArrival = true,
                Claim = new ReferralClaim { Coupons = ["SAVE10"] },
            },
            shop.Caller, CancellationToken.None);
        (await shop.ClaimAsync("tom", "ann")).Succeeded.ShouldBeTrue();
        (await shop.TextAsync("select (o.referrer_id = r.recipient_id)::text from orders o join rewards r on r.order_key = o.order_key where r.state = 'pending'")).ShouldBe("true");
    }

    [Fact]
    public async Task Points_that_are_held_and_half_spent_are_forfeited()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.RedeemAsync("tom", 40);
        var id = await shop.CountAsync("select reward_id from rewards where line = 2");
        (await new HoldReward(shop.Transactions).HoldAsync(shop.Program, id, "fraud", shop.Caller, CancellationToken.None)).Succeeded.ShouldBeTrue();
        var deleted = await new DeleteCustomer(shop.Transactions).ExecuteAsync(shop.Program, "tom", shop.Caller, CancellationToken.None);
        deleted.Succeeded.ShouldBeTrue(deleted.ToString());
    }

    [Fact]
    public async Task A_refund_after_a_deletion_takes_back_what_was_spent_and_no_more()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.RedeemAsync("tom", 40);
        (await new DeleteCustomer(shop.Transactions).ExecuteAsync(shop.Program, "tom", shop.Caller, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await shop.RefundAsync("1", "r")).Succeeded.ShouldBeTrue();
        (await shop.TextAsync("select string_agg(available || '/' || paid || '/' || receivable, ' ' order by recipient_id) from balances")).ShouldBe("0/0/0 0/40/40");
        (await shop.TextAsync("select sum(case side when 'credit' then amount else -amount end)::text from entries where account = 'expense'")).ShouldBe("0");
    }
}

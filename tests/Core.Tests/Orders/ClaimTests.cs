using Tributary.Orders;
using Tributary.Reporting;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>Claims by hand, and orders that are only tried out.</summary>
public sealed class ClaimTests(PostgresFixture postgres)
{
    [Fact]
    public async Task CL95_a_claim_by_hand_moves_the_unpaid_rewards()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.SignUpAsync("ann");
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var ann = await shop.CountAsync("select customer_id from customer_ids where merchant_id = 'ann'");
        var claimed = await new ClaimCustomer(shop.Transactions).ExecuteAsync(shop.Program, "tom", ann, "Ann brought Tom", shop.Caller, CancellationToken.None);
        claimed.Value.Moved.ShouldBeTrue();
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        (await shop.AvailableAsync("ann")).ShouldBe(200);
        (await shop.AvailableAsync("tom")).ShouldBe(100);
        (await shop.TextAsync("select via || ' ' || status from attributions")).ShouldBe("manual active");
        (await shop.TextAsync("select reason from audit_entries where verb = 'customer.claim'")).ShouldBe("Ann brought Tom");
        await shop.RefundAsync("1", "r");
        (await shop.AvailableAsync("ann")).ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_is_claimed_for_oneself_or_for_nobody()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var self = await shop.CountAsync("select customer_id from customer_ids where merchant_id = 'user_12345'");
        var claim = new ClaimCustomer(shop.Transactions);
        (await claim.ExecuteAsync(shop.Program, "user_12345", self, "x", shop.Caller, CancellationToken.None)).Problem.Detail.ShouldContain("self_referral");
        (await claim.ExecuteAsync(shop.Program, "user_12345", 1, "x", shop.Caller, CancellationToken.None)).Problem.Field.ShouldBe("referrerId");
        (await claim.ExecuteAsync(shop.Program, "nobody", self, "x", shop.Caller, CancellationToken.None)).Problem.Field.ShouldBe("customerId");
        (await shop.CountAsync("select count(*) from customers")).ShouldBe(1);
    }

    [Fact]
    public async Task MO44_a_dry_run_says_what_recording_would_do_and_writes_nothing()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var tried = await new DryRunOrder(shop.Transactions).ExecuteAsync(
            shop.Program,
            new OrderInput
            {
                Customer = new CustomerInput { MerchantId = "tom" },
                OrderId = "1",
                Total = 10_000,
                Currency = shop.Program.Currency,
                Claim = new ReferralClaim { Code = "REF123456" },
            },
            shop.Caller, CancellationToken.None);
        tried.Succeeded.ShouldBeTrue(tried.ToString());
        System.Text.Json.JsonSerializer.Serialize(tried.Value).ShouldContain("200");
        (await shop.CountAsync("select count(*) from orders")).ShouldBe(0);
        (await shop.CountAsync("select count(*) from customers")).ShouldBe(1);
    }
}

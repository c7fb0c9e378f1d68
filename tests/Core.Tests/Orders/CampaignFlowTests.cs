using System.Text.Json.Nodes;
using Tributary.Programs;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>Campaigns of several shapes through the engine on a real database.</summary>
public sealed class CampaignFlowTests(PostgresFixture postgres)
{
    private const string TenPercent = """
        {"steps":[{"name":"Every order","trigger":"order","lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000}}]}],"holdDays":30}
        """;

    [Fact]
    public async Task MO26_three_partial_refunds_end_where_one_of_their_sum_ends()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercent);
        await shop.OrderAsync("tom", "1", total: 1000, code: "REF123456");
        (await shop.TextAsync("select posted::text from rewards")).ShouldBe("100");
        foreach (var (amount, left) in new[] { (333L, "67"), (333, "33"), (334, "0") })
        {
            (await shop.RefundAsync("1", $"r{amount}{left}", amount)).Succeeded.ShouldBeTrue();
            (await shop.TextAsync("select net::text from rewards")).ShouldBe(left);
        }
        (await shop.TextAsync("select state from rewards")).ShouldBe("reversed");
        (await shop.TextAsync("select sum(case side when 'credit' then amount else -amount end)::text from entries where recipient_id is not null")).ShouldBe("0");
    }

    [Fact]
    public async Task A_percentage_waits_for_its_hold()
    {
        await using var shop = await Shop.OpenAsync(postgres, TenPercent);
        await shop.OrderAsync("tom", "1", total: 1999, code: "REF123456");
        (await shop.TextAsync("select state || ' ' || posted::text || ' ' || (available_at - cause_at)::text from rewards")).ShouldBe("pending 200 30 days");
    }

    [Fact]
    public async Task Two_steps_pay_each_side_in_its_turn()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[
              {"name":"Sign-up","trigger":"lead","once":true,"lines":[{"number":1,"recipient":"customer","amount":{"kind":"points","points":50,"unit":"points:points"}}]},
              {"name":"Order","trigger":"order","once":true,"lines":[{"number":2,"recipient":"referrer","amount":{"kind":"points","points":200,"unit":"points:points"}}]}],
             "holdDays":0}
            """);
        await shop.SignUpAsync("tom", "REF123456");
        (await shop.AvailableAsync("tom")).ShouldBe(50);
        (await shop.TextAsync("select status from attributions")).ShouldBe("pending");
        await shop.OrderAsync("tom", "1");
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.TextAsync("select status from attributions")).ShouldBe("active");
        await shop.RefundAsync("1", "r1");
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        (await shop.AvailableAsync("tom")).ShouldBe(50);
        (await shop.TextAsync("select status from attributions")).ShouldBe("pending");
    }

    [Fact]
    public async Task GB40_every_fifth_active_friend_pays_a_bonus_that_a_refund_takes_back()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"Order","trigger":"order","once":true,"lines":[{"number":1,"recipient":"referrer","amount":{"kind":"points","points":200,"unit":"points:points"}}]}],
             "bonus":{"every":5,"lines":[{"number":2,"recipient":"referrer","amount":{"kind":"points","points":500,"unit":"points:points"}}]},"holdDays":0}
            """);
        for (var n = 1; n <= 5; n++)
            await shop.OrderAsync($"f{n}", $"{n}", code: "REF123456");
        (await shop.AvailableAsync("user_12345")).ShouldBe(1500);
        await shop.RefundAsync("3", "r3");
        (await shop.AvailableAsync("user_12345")).ShouldBe(800);
        await shop.OrderAsync("f6", "6", code: "REF123456");
        (await shop.AvailableAsync("user_12345")).ShouldBe(1500);
        await shop.OrderAsync("f3", "3b");
        (await shop.AvailableAsync("user_12345")).ShouldBe(1700);
    }

    [Fact]
    public async Task GB41_an_event_with_a_condition_reaches_the_step_once()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"Profile","trigger":"event","eventName":"profile_completed","once":true,
              "conditions":{"all":[{"field":"level","operator":"in","value":["Gold","Platinum"]}]},
              "lines":[{"number":1,"recipient":"referrer","amount":{"kind":"points","points":200,"unit":"points:points"}}]}],"holdDays":0}
            """);
        await shop.SignUpAsync("tom", "REF123456");
        await shop.EventAsync("tom", "profile_completed", new JsonObject { ["level"] = "silver" });
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        await shop.EventAsync("tom", "profile_completed", new JsonObject { ["level"] = "gold" });
        await shop.EventAsync("tom", "profile_completed", new JsonObject { ["level"] = "gold" });
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
    }

    [Fact]
    public async Task GB36_a_condition_on_the_amount_is_judged_again_after_each_refund()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"Big order","trigger":"order","once":true,"conditions":{"all":[{"field":"total_paid","operator":"gte","value":200}]},"lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"points","points":200,"unit":"points:points"}}]}],"holdDays":0}
            """);
        await shop.OrderAsync("tom", "1", total: 25_000, code: "REF123456");
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        await shop.RefundAsync("1", "a", 3000);
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        await shop.RefundAsync("1", "b", 3000);
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
    }

    [Fact]
    public async Task GB36_without_refunds_touching_rewards_nothing_is_taken_back()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        shop.Set(s => s with { Orders = s.Orders with { RefundsTouchRewards = false } });
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.RefundAsync("1", "a");
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.TextAsync("select status from attributions")).ShouldBe("active");
    }

    [Fact]
    public async Task GB43_merging_by_email_joins_two_customers_and_passes_points_on()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.SignUpAsync("web", email: "tom@example.com");
        await shop.OrderAsync("pos", "1", code: "REF123456");
        shop.Set(s => s with { Customers = s.Customers with { MergeBy = MergeBy.Email } });
        var merged = await shop.SignUpAsync("pos", email: "TOM@example.com");
        merged.Succeeded.ShouldBeTrue(merged.ToString());
        (await shop.AvailableAsync("web")).ShouldBe(100);
        (await shop.AvailableAsync("pos")).ShouldBe(100);
        (await shop.CountAsync("select count(distinct customer_id) from customer_ids where merchant_id in ('web', 'pos')")).ShouldBe(1);
        (await shop.CountAsync("select count(*) from codes where referrer_id = (select customer_id from customer_ids where merchant_id = 'web')")).ShouldBe(2);
        (await shop.OrderAsync("web", "2")).Value.ReferrerId.ShouldNotBeNull();
    }

    [Fact]
    public async Task GB43_one_who_had_referred_the_other_loses_the_referral_and_its_rewards()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        shop.Set(s => s with { Customers = s.Customers with { MergeBy = MergeBy.Email } });
        await shop.SignUpAsync("user_12345", email: "one@example.com");
        (await shop.SignUpAsync("tom", email: "one@example.com")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("tom")).ShouldBe(0);
        (await shop.CountAsync("select count(*) from attributions where state = 'standing'")).ShouldBe(0);
    }

    [Fact]
    public async Task Contact_data_that_shows_one_person_voids_the_referral()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.SignUpAsync("user_12345", email: "one@example.com");
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        await shop.SignUpAsync("tom", email: "One+shop@Example.com");
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        (await shop.AvailableAsync("tom")).ShouldBe(0);
    }

    [Fact]
    public async Task GB44_deletion_keeps_the_money_rows_and_frees_the_id()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var deleted = await new DeleteCustomer(shop.Transactions).ExecuteAsync(shop.Program, "tom", shop.Caller, CancellationToken.None);
        deleted.Succeeded.ShouldBeTrue(deleted.ToString());
        (await new DeleteCustomer(shop.Transactions).ExecuteAsync(shop.Program, "tom", shop.Caller, CancellationToken.None)).Succeeded.ShouldBeFalse();
        (await shop.CountAsync("select count(*) from orders")).ShouldBe(1);
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.RefundAsync("1", "r1")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        var again = await shop.OrderAsync("tom", "2", code: "REF123456");
        again.Value.CustomerId.ShouldNotBe(deleted.Value.CustomerId);
        again.Value.CodeOutcome!.Reason.ShouldBe("customer_not_new");
    }
}

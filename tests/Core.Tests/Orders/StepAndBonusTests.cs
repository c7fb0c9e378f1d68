using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>Steps in their order, and bonuses that count the customers who went through them.</summary>
public sealed class StepAndBonusTests(PostgresFixture postgres)
{
    private static string BonusEvery(int count) => $$$"""
        {"steps":[{"name":"Order","trigger":"order","once":true,"lines":[{"number":1,"recipient":"referrer","amount":{"kind":"points","points":200,"unit":"points:points"}}]}],
         "bonus":{"every":{{{count}}},"lines":[{"number":2,"recipient":"referrer","amount":{"kind":"points","points":500,"unit":"points:points"}}]},"holdDays":0}
        """;

    [Fact]
    public async Task MO42_one_order_does_not_fulfil_two_steps()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[
              {"name":"First","trigger":"order","once":true,"lines":[{"number":1,"recipient":"referrer","amount":{"kind":"points","points":10,"unit":"points:points"}}]},
              {"name":"Second","trigger":"order","once":true,"lines":[{"number":2,"recipient":"referrer","amount":{"kind":"points","points":200,"unit":"points:points"}}]}],
             "holdDays":0}
            """);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await shop.AvailableAsync("user_12345")).ShouldBe(10);
        await shop.EventAsync("tom", "looked");
        (await shop.AvailableAsync("user_12345")).ShouldBe(10);
        await shop.OrderAsync("tom", "2");
        (await shop.AvailableAsync("user_12345")).ShouldBe(210);
    }

    [Fact]
    public async Task MO42_all_that_waited_for_a_repeated_step_pays_when_its_turn_comes()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[
              {"name":"Verify","trigger":"event","eventName":"verified","once":true,"lines":[{"number":1,"recipient":"referrer","amount":{"kind":"points","points":10,"unit":"points:points"}}]},
              {"name":"Orders","trigger":"order","once":false,"lines":[{"number":2,"recipient":"referrer","amount":{"kind":"points","points":200,"unit":"points:points"}}]}],
             "holdDays":0}
            """);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.OrderAsync("tom", "2");
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        await shop.EventAsync("tom", "verified");
        (await shop.AvailableAsync("user_12345")).ShouldBe(410);
    }

    [Fact]
    public async Task An_order_that_overtakes_the_sign_up_with_the_code_is_still_a_new_customers()
    {
        await using var shop = await Shop.OpenAsync(postgres, """
            {"steps":[{"name":"First","trigger":"order","once":true,"conditions":{"all":[{"field":"customer.new","operator":"eq","value":true}]},"lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"points","points":10,"unit":"points:points"}}]}],"holdDays":0}
            """);
        await shop.OrderAsync("tom", "1");
        (await shop.SignUpAsync("tom", "REF123456")).Value.CodeOutcome!.Accepted.ShouldBeTrue();
        (await shop.AvailableAsync("user_12345")).ShouldBe(10);
    }

    [Fact]
    public async Task MO58_a_rejected_reward_is_final_and_does_not_stop_the_next_order()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var id = await shop.CountAsync("select reward_id from rewards where line = 1");
        (await new HoldReward(shop.Transactions).HoldAsync(shop.Program, id, "fraud", shop.Caller, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await new RejectReward(shop.Transactions).ExecuteAsync(shop.Program, id, "fraud", shop.Caller, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await shop.RefundAsync("1", "r")).Succeeded.ShouldBeTrue();
        var second = await shop.OrderAsync("tom", "2");
        second.Succeeded.ShouldBeTrue(second.ToString());
        (await shop.AvailableAsync("tom")).ShouldBe(100);
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
    }

    [Fact]
    public async Task MO58_a_rejected_bonus_is_final_and_does_not_stop_the_next_order()
    {
        await using var shop = await Shop.OpenAsync(postgres, BonusEvery(1));
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var id = await shop.CountAsync("select reward_id from rewards where line = 2");
        await new HoldReward(shop.Transactions).HoldAsync(shop.Program, id, "fraud", shop.Caller, CancellationToken.None);
        await new RejectReward(shop.Transactions).ExecuteAsync(shop.Program, id, "fraud", shop.Caller, CancellationToken.None);
        (await shop.RefundAsync("1", "r")).Succeeded.ShouldBeTrue();
        var second = await shop.OrderAsync("ann", "2", code: "REF123456");
        second.Succeeded.ShouldBeTrue(second.ToString());
    }

    [Fact]
    public async Task MO41_a_void_referral_counts_for_no_bonus()
    {
        await using var shop = await Shop.OpenAsync(postgres, BonusEvery(2));
        await shop.SignUpAsync("user_12345", email: "one@example.com");
        await shop.OrderAsync("f1", "1", code: "REF123456");
        await shop.OrderAsync("f2", "2", code: "REF123456");
        (await shop.AvailableAsync("user_12345")).ShouldBe(900);
        await shop.SignUpAsync("f1", email: "one@example.com");
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        await shop.OrderAsync("f3", "3", code: "REF123456");
        (await shop.AvailableAsync("user_12345")).ShouldBe(900);
    }

    [Fact]
    public async Task MO41_a_claimed_customer_counts_for_the_bonuses_of_its_new_referrer()
    {
        await using var shop = await Shop.OpenAsync(postgres, BonusEvery(1));
        await shop.SignUpAsync("ann", ownCode: "ANN12345");
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.OrderAsync("bob", "2", code: "ANN12345");
        var claim = await shop.ClaimAsync("tom", "ann");
        claim.Succeeded.ShouldBeTrue(claim.ToString());
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        (await shop.AvailableAsync("ann")).ShouldBe(1400);
        (await shop.RefundAsync("1", "r")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("ann")).ShouldBe(700);
    }

    [Fact]
    public async Task Merged_referrers_keep_their_bonuses_and_go_on_counting()
    {
        await using var shop = await Shop.OpenAsync(postgres, BonusEvery(1));
        await shop.SignUpAsync("web", ownCode: "WEB12345", email: "w@example.com");
        await shop.SignUpAsync("pos", ownCode: "POS12345");
        await shop.OrderAsync("f1", "1", code: "WEB12345");
        await shop.OrderAsync("f2", "2", code: "POS12345");
        shop.Set(x => x with { Customers = x.Customers with { MergeBy = MergeBy.Email } });
        var merged = await shop.SignUpAsync("pos", email: "w@example.com");
        merged.Succeeded.ShouldBeTrue(merged.ToString());
        (await shop.AvailableAsync("web")).ShouldBe(1400);
        var third = await shop.OrderAsync("f3", "3", code: "WEB12345");
        third.Succeeded.ShouldBeTrue(third.ToString());
        (await shop.AvailableAsync("web")).ShouldBe(2100);
        (await shop.RefundAsync("2", "r")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("web")).ShouldBe(1400);
        (await shop.RefundAsync("1", "r1")).Succeeded.ShouldBeTrue();
        (await shop.RefundAsync("3", "r3")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("web")).ShouldBe(0);
    }

    [Fact]
    public async Task MO41_the_customers_of_merged_referrers_are_counted_together()
    {
        await using var shop = await Shop.OpenAsync(postgres, BonusEvery(2));
        await shop.SignUpAsync("web", ownCode: "WEB12345", email: "w@example.com");
        await shop.SignUpAsync("pos", ownCode: "POS12345");
        await shop.OrderAsync("f1", "1", code: "POS12345");
        await shop.OrderAsync("f2", "2", code: "POS12345");
        shop.Set(x => x with { Customers = x.Customers with { MergeBy = MergeBy.Email } });
        (await shop.SignUpAsync("pos", email: "w@example.com")).Succeeded.ShouldBeTrue();
        await shop.OrderAsync("f3", "3", code: "WEB12345");
        var fourth = await shop.OrderAsync("f4", "4", code: "WEB12345");
        fourth.Succeeded.ShouldBeTrue(fourth.ToString());
        (await shop.AvailableAsync("web")).ShouldBe(1800);
        await shop.RefundAsync("1", "r1");
        await shop.RefundAsync("2", "r2");
        await shop.RefundAsync("3", "r3");
        (await shop.AvailableAsync("web")).ShouldBe(200);
    }

    [Fact]
    public async Task MO41_a_bonus_that_two_merged_referrers_have_earned_only_together_is_paid_by_the_merge()
    {
        await using var shop = await Shop.OpenAsync(postgres, BonusEvery(2));
        await shop.SignUpAsync("web", ownCode: "WEB12345", email: "w@example.com");
        await shop.SignUpAsync("pos", ownCode: "POS12345");
        await shop.OrderAsync("f1", "1", code: "WEB12345");
        await shop.OrderAsync("f2", "2", code: "POS12345");
        (await shop.AvailableAsync("web")).ShouldBe(200);
        shop.Set(x => x with { Customers = x.Customers with { MergeBy = MergeBy.Email } });
        (await shop.SignUpAsync("pos", email: "w@example.com")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("web")).ShouldBe(900);
        await shop.OrderAsync("f3", "3", code: "WEB12345");
        (await shop.AvailableAsync("web")).ShouldBe(1100);
        (await shop.OrderAsync("f4", "4", code: "POS12345")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("web")).ShouldBe(1800);
        foreach (var order in (string[])["1", "2", "3", "4"])
            (await shop.RefundAsync(order, $"r{order}")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("web")).ShouldBe(0);
    }
}

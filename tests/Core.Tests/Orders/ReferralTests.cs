using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>A customer refers a customer, through the engine on a real database.</summary>
public sealed class ReferralTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_code_on_the_first_order_attributes_and_rewards_both_sides()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var recorded = await shop.OrderAsync("new_user_123", "ORD_987654", code: "ref-123 456");
        recorded.Value.CustomerEarned["points:points"].ShouldBe(100);
        recorded.Value.CodeOutcome!.Accepted.ShouldBeTrue();
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.AvailableAsync("new_user_123")).ShouldBe(100);
        (await shop.TextAsync("select status from attributions")).ShouldBe("active");
    }

    [Fact]
    public async Task A_code_at_sign_up_is_pending_until_the_first_order()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        (await shop.SignUpAsync("tom", "REF123456")).Value.CodeOutcome!.Reason.ShouldBe("won");
        (await shop.TextAsync("select status from attributions")).ShouldBe("pending");
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        var order = await shop.OrderAsync("tom", "1", code: "REF123456");
        order.Value.CodeOutcome!.Reason.ShouldBe("customer_locked");
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.OrderAsync("tom", "2")).Succeeded.ShouldBeTrue();
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.TextAsync("select status from attributions")).ShouldBe("active");
    }

    [Fact]
    public async Task The_same_order_again_answers_the_same_and_other_content_is_refused()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var first = await shop.OrderAsync("tom", "1", code: "REF123456");
        var again = await shop.OrderAsync("tom", "1", code: "REF123456");
        again.Value.Repeated.ShouldBeTrue();
        again.Value.CustomerEarned.ShouldBe(first.Value.CustomerEarned);
        again.Value.CodeOutcome.ShouldBe(first.Value.CodeOutcome);
        (await shop.OrderAsync("tom", "1", total: 5, code: "REF123456")).Problem.ShouldBe(
            new Problem(ProblemCode.Conflict, "This order id is recorded already with another value of the member.", "total"));
        (await shop.OrderAsync("ann", "1", code: "REF123456")).Problem.Field.ShouldBe("customerId");
        (await shop.CountAsync("select count(*) from customers where merchant_id = 'ann'")).ShouldBe(0);
    }

    [Fact]
    public async Task Sixty_four_identical_orders_at_once_are_one_order()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => shop.OrderAsync("tom", "1", code: "REF123456"))));
        all.ShouldAllBe(outcome => outcome.Succeeded && outcome.Value.CustomerEarned["points:points"] == 100);
        (await shop.CountAsync("select count(*) from orders")).ShouldBe(1);
        (await shop.CountAsync("select count(*) from rewards")).ShouldBe(2);
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
    }

    [Fact]
    public async Task Sixty_four_first_orders_at_once_reward_once()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => Task.Run(() => shop.OrderAsync("tom", $"{n}", code: "REF123456"))));
        all.ShouldAllBe(outcome => outcome.Succeeded);
        all.Count(outcome => outcome.Value.CodeOutcome!.Accepted).ShouldBe(1);
        (await shop.CountAsync("select count(*) from orders")).ShouldBe(64);
        (await shop.CountAsync("select count(*) from rewards")).ShouldBe(2);
    }

    [Fact]
    public async Task A_full_refund_takes_all_back_and_the_next_order_earns_it_again()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var refund = await shop.RefundAsync("1", "r1");
        refund.Value.CustomerTaken["points:points"].ShouldBe(100);
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        (await shop.AvailableAsync("tom")).ShouldBe(0);
        (await shop.TextAsync("select status from attributions")).ShouldBe("pending");
        (await shop.RefundAsync("1", "r2")).Problem.Code.ShouldBe(ProblemCode.OrderFullyRefunded);
        (await shop.RefundAsync("1", "r1")).Value.Repeated.ShouldBeTrue();
        var next = await shop.OrderAsync("tom", "2");
        next.Value.CustomerEarned["points:points"].ShouldBe(100);
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.TextAsync("select status from attributions")).ShouldBe("active");
    }

    [Fact]
    public async Task Another_order_takes_the_place_of_a_refunded_one_at_once()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.OrderAsync("tom", "2");
        await shop.RefundAsync("1", "r1");
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
        (await shop.AvailableAsync("tom")).ShouldBe(100);
        (await shop.CountAsync("select count(*) from rewards where state = 'reversed'")).ShouldBe(2);
        (await shop.CountAsync("select count(*) from rewards where state = 'available' and occasion = 2")).ShouldBe(2);
    }

    [Fact]
    public async Task Sign_up_and_order_in_parallel_always_end_active_with_both_rewards()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        for (var round = 0; round < 50; round++)
        {
            var id = $"p{round}";
            await Task.WhenAll(Task.Run(() => shop.SignUpAsync(id, "REF123456")), Task.Run(() => shop.OrderAsync(id, id)));
            (await shop.AvailableAsync(id)).ShouldBe(100, $"round {round}");
        }
        (await shop.AvailableAsync("user_12345")).ShouldBe(50 * 200);
    }
}

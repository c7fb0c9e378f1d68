using Tributary.Server.Tests.Gameball;
using Tributary.Storage;

namespace Tributary.Server.Tests.Robustness;

/// <summary>Calls that die on their way: either nothing happened, or all of it.</summary>
public sealed class FaultPointTests(GameballServer server) : IClassFixture<GameballServer>
{
    private static readonly (string Name, Func<Shop, Task<Answer>> SendAsync)[] Calls =
    [
        ("sign-up", shop => shop.SignUpAsync("lead", "REF123456")),
        ("order", shop => shop.OrderAsync("friend", "o1", "100", "REF123456")),
        ("refund", shop => shop.RefundAsync("friend", "o1", "r1", "40")),
        ("event", shop => shop.PostAsync("events", """{"customerId":"friend","events":{"place_review":{}}}""")),
    ];

    private const string RowsSql = """
        select (select count(*) from customers where program_id = @program) + (select count(*) from customer_ids where program_id = @program)
             + (select count(*) from referrers where program_id = @program) + (select count(*) from codes where program_id = @program)
             + (select count(*) from attributions where program_id = @program) + (select count(*) from touches where program_id = @program)
             + (select count(*) from orders where program_id = @program) + (select count(*) from refunds where program_id = @program)
             + (select count(*) from rewards where program_id = @program) + (select count(*) from step_progress where program_id = @program)
             + (select count(*) from transfers where program_id = @program) + (select count(*) from entries where program_id = @program)
             + (select count(*) from balances where program_id = @program) + (select count(*) from customer_events where program_id = @program)
             + (select count(*) from events where program_id = @program) + (select count(*) from usage where program_id = @program)
        """;

    [Fact]
    public async Task D1_a_call_that_fails_before_its_commit_leaves_no_trace_and_its_retry_works()
    {
        var shop = await server.OpenShopAsync();
        foreach (var (name, sendAsync) in Calls)
        {
            long before = await shop.CountAsync(RowsSql);
            (await FailAtAsync("before_commit", () => sendAsync(shop))).Refused(500, 5000);
            (await shop.CountAsync(RowsSql)).ShouldBe(before, name);
            (await sendAsync(shop)).Ok();
        }
        await ShouldBeOneReferralAsync(shop);
    }

    [Fact]
    public async Task D4_nothing_is_left_to_do_after_the_commit()
    {
        var shop = await server.OpenShopAsync();
        (await shop.SignUpAsync("lead", "REF123456")).Ok();
        foreach (var (name, sendAsync) in Calls.Where(call => call.Name is "order" or "refund"))
        {
            (await FailAtAsync("after_commit", () => sendAsync(shop))).Refused(500, 5000);
            long after = await shop.CountAsync(RowsSql);
            (await sendAsync(shop)).Ok();
            (await shop.CountAsync(RowsSql)).ShouldBe(after, name);
        }
        await ShouldBeOneReferralAsync(shop);
    }

    private static async Task ShouldBeOneReferralAsync(Shop shop)
    {
        (await shop.FriendsAsync()).ShouldBe((2, 1, 1));
        (await shop.PointsAsync("user_12345")).ShouldBe(200);
        (await shop.PointsAsync("friend")).ShouldBe(100);
        (await shop.CountAsync("select refunded from orders where program_id = @program")).ShouldBe(4_000);
    }

    private async Task<Answer> FailAtAsync(string name, Func<Task<Answer>> call)
    {
        var transactions = server.Get<Transactions>();
        transactions.FaultPoint = point =>
        {
            if (point == name)
                throw new InvalidOperationException("A fault that a test injected.");
        };
        try
        {
            return await call();
        }
        finally
        {
            transactions.FaultPoint = null;
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.Robustness;

/// <summary>The same calls several times, at once and in any order, come to what one delivery in order comes to.</summary>
public sealed class DuplicateTests(GameballServer server) : IClassFixture<GameballServer>
{
    private const int Customers = 10;

    private const string StateSql = """
        select 'customer ' || i.merchant_id || ' by ' || coalesce(r.merchant_id, '-') || ' ' || c.orders_count || ' ' || c.orders_total
        from customer_ids i
        join customers c on c.program_id = i.program_id and c.customer_id = i.customer_id
        left join attributions a on a.program_id = c.program_id and a.customer_id = c.customer_id and a.state = 'standing'
        left join customer_ids r on r.program_id = a.program_id and r.customer_id = a.referrer_id
        where i.program_id = @program
        union all
        select 'order ' || order_id || ' ' || total || ' ' || refunded || ' ' || remaining_base from orders where program_id = @program
        union all
        select 'refund ' || refund_id || ' ' || amount || ' ' || state from refunds where program_id = @program
        union all
        select 'balance ' || i.merchant_id || ' ' || b.unit || ' ' || b.earned || ' ' || b.reversed || ' ' || b.available
        from balances b join customer_ids i on i.program_id = b.program_id and i.customer_id = b.recipient_id
        where b.program_id = @program
        union all
        select 'rewards ' || i.merchant_id || ' ' || count(*) || ' ' || sum(w.net)
        from rewards w join customer_ids i on i.program_id = w.program_id and i.customer_id = w.recipient_id
        where w.program_id = @program
        group by i.merchant_id
        order by 1
        """;

    [Fact]
    public async Task R9_repeated_shuffled_parallel_deliveries_end_like_one_in_order()
    {
        var chance = Rounds.Chance();
        var calls = Calls();
        var once = await server.OpenShopAsync();
        foreach (var call in calls)
            (await call.SendAsync(once)).Ok();

        for (int round = 0; round < Rounds.Of(quick: 2, @long: 30); round++)
        {
            var often = await server.OpenShopAsync();
            var deliveries = calls.SelectMany(call => Enumerable.Repeat(call, chance.Next(1, 6))).ToArray();
            chance.Shuffle(deliveries);
            await DeliverAsync(often, deliveries);
            (await StateAsync(often)).ShouldBe(await StateAsync(once));
        }
    }

    [Fact]
    public async Task D2_64_identical_orders_are_one_order_and_one_set_of_everything()
    {
        var shop = await server.OpenShopAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => shop.OrderAsync("friend", "o1", code: "REF123456"))));
        answers.Select(answer => answer.Ok().ToString()).Distinct().ShouldHaveSingleItem();
        (await shop.CountAsync("select count(*) from orders where program_id = @program")).ShouldBe(1);
        (await shop.CountAsync("select count(*) from rewards where program_id = @program")).ShouldBe(2);
        (await shop.CountAsync("select count(*) from touches where program_id = @program")).ShouldBe(1);
        (await shop.CountAsync("select orders_count from customers where program_id = @program and merchant_id = 'friend'")).ShouldBe(1);
        (await shop.CountAsync("select count(*) from events where program_id = @program and type = 'order.created'")).ShouldBe(1);
    }

    [Fact]
    public async Task D3_twins_of_every_creating_call_make_one_thing()
    {
        var shop = await server.OpenShopAsync();
        (string Path, string Body, string Count)[] creating =
        [
            ("customers", """{"customerId":"twin"}""", "select count(*) from customers where program_id = @program and merchant_id = 'twin'"),
            ("orders", Shop.OrderBody("twin buyer", "o1"), "select count(*) from orders where program_id = @program and order_id = 'o1'"),
            ("transactions/refund", """{"customerId":"twin buyer","refundTransactionId":"r1","reverseTransactionId":"o1","refundAmount":5}""",
                "select count(*) from refunds where program_id = @program"),
        ];
        foreach (var (path, body, count) in creating)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => shop.PostAsync(path, body))));
            answers.Select(answer => answer.Ok().ToString()).Distinct().ShouldHaveSingleItem();
            (await shop.CountAsync(count)).ShouldBe(1);
        }
        (await shop.CountAsync("select count(*) from customers where program_id = @program and merchant_id = 'twin buyer'")).ShouldBe(1);
    }

    [Fact]
    public async Task D3_sixteen_orders_may_share_one_new_customer()
    {
        var shop = await server.OpenShopAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() => shop.OrderAsync("newcomer", $"o{n}"))));
        answers.ShouldAllBe(answer => answer.Status == 200);
        (await shop.CountAsync("select count(*) from customer_ids where program_id = @program and merchant_id = 'newcomer'")).ShouldBe(1);
        (await shop.CountAsync("select orders_count from customers where program_id = @program and merchant_id = 'newcomer'")).ShouldBe(16);
    }

    [Fact]
    public async Task D31_of_two_full_refunds_at_once_one_is_refused_and_nothing_deadlocks()
    {
        int orders = Rounds.Of(quick: 100, @long: 1000);
        var shop = await server.OpenShopAsync();
        long deadlocks = await DeadlocksAsync();
        for (int n = 0; n < orders; n++)
            (await shop.OrderAsync($"buyer {n % 20}", $"o{n}", code: "REF123456")).Ok();
        var answers = new ConcurrentBag<Answer>();
        await Parallel.ForAsync(0, orders * 2, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (call, _) =>
        {
            int n = call / 2;
            answers.Add(await shop.RefundAsync($"buyer {n % 20}", $"o{n}", $"r{call}"));
        });
        answers.Count(answer => answer.Status == 200).ShouldBe(orders);
        foreach (var refusal in answers.Where(answer => answer.Status != 200))
            refusal.Refused(422, 9001);
        (await shop.CountAsync("select coalesce(sum(available + pending), 0) from balances where program_id = @program")).ShouldBe(0);
        (await DeadlocksAsync()).ShouldBe(deadlocks);
    }

    /// <summary>
    /// Sixteen at a time. What comes before that which it needs is sent again after the others, as a client does that goes on
    /// meanwhile; were it sent again at once, sixteen of its kind would keep what they wait for from being sent.
    /// </summary>
    private static async Task DeliverAsync(Shop shop, IReadOnlyCollection<ShopCall> deliveries)
    {
        var answers = new ConcurrentDictionary<string, string>();
        var early = await DeliverOnceAsync(shop, deliveries, answers);
        (await DeliverOnceAsync(shop, early, answers)).ShouldBeEmpty();
    }

    /// <returns>What came too early.</returns>
    private static async Task<IReadOnlyCollection<ShopCall>> DeliverOnceAsync(
        Shop shop, IReadOnlyCollection<ShopCall> deliveries, ConcurrentDictionary<string, string> answers)
    {
        var early = new ConcurrentBag<ShopCall>();
        await Parallel.ForEachAsync(deliveries, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (call, _) =>
        {
            var answer = await call.SendAsync(shop);
            if (answer.Status == 404)
            {
                early.Add(call);
                return;
            }
            string text = answer.Ok().ToString();
            if (call.AnswersTheSame)
                answers.GetOrAdd(call.Id, text).ShouldBe(text);
        });
        return early;
    }

    /// <summary>Sign-ups with a code, two orders of each customer, and two refunds of each first order.</summary>
    private static List<ShopCall> Calls()
    {
        var calls = new List<ShopCall>();
        for (int n = 0; n < Customers; n++)
        {
            string customer = string.Create(CultureInfo.InvariantCulture, $"customer {n}");
            calls.Add(new ShopCall($"sign-up {n}", shop => shop.SignUpAsync(customer, "REF123456"), AnswersTheSame: false));
            for (int order = 1; order <= 2; order++)
            {
                string id = string.Create(CultureInfo.InvariantCulture, $"o{n}.{order}");
                calls.Add(new ShopCall(id, shop => shop.OrderAsync(customer, id, "50.00", "REF123456"), AnswersTheSame: true));
            }
            foreach (string refund in (string[])[$"r{n}.1", $"r{n}.2"])
            {
                string first = string.Create(CultureInfo.InvariantCulture, $"o{n}.1");
                calls.Add(new ShopCall(refund, shop => shop.RefundAsync(customer, first, refund, "12.5"), AnswersTheSame: true));
            }
        }
        return calls;
    }

    private static async Task<string> StateAsync(Shop shop) => string.Join('\n', await shop.TextsAsync(StateSql));

    private async Task<long> DeadlocksAsync()
    {
        await using var connection = await server.Database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<long>("select deadlocks from pg_stat_database where datname = current_database()");
    }

    private sealed record ShopCall(string Id, Func<Shop, Task<Answer>> SendAsync, bool AnswersTheSame);
}

using Dapper;
using Tributary.Core.Tests.Orders;
using Tributary.Ledger;
using Tributary.Programs;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Reporting.Analytics;

/// <summary>clicks.md § 9 and CL-71; the shop compares counters with rows at the end of each test.</summary>
public sealed class OutcomeDaysTests(PostgresFixture postgres)
{
    private const string SumsSql = """
        select concat_ws(' ', unit, sum(leads), sum(conversions), sum(revenue), sum(refunds), sum(refunded), sum(rewards))
        from outcome_days where program_id = 1 group by unit order by unit
        """;

    [Fact]
    public async Task A_day_is_worth_what_refunds_left_of_its_orders()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.SignUpAsync("friend_1", code: "REF123456");
        await shop.OrderAsync("friend_1", "o1", 10_000);
        await shop.OrderAsync("friend_1", "o2", 4_000);
        (await shop.CancelAsync("o2")).Succeeded.ShouldBeTrue();
        await shop.RefundAsync("o1", "r1", 2_500);
        (await SumsAsync(shop)).ShouldBe([" 1 0 0 0 0 0", "USD 0 1 7500 2500 2500 0", "points:points 0 0 0 0 0 300"]);
        await shop.ReinstateAsync("cancel:o2");
        await shop.RefundAsync("o1", "r2");
        (await SumsAsync(shop)).ShouldBe([" 1 0 0 0 0 0", "USD 0 1 4000 10000 10000 0", "points:points 0 0 0 0 0 300"]);
    }

    [Fact]
    public async Task A_refund_restates_the_orders_day_and_is_counted_once_more_on_its_own()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.SignUpAsync("friend_1", code: "REF123456");
        await shop.OrderAsync("friend_1", "o1", 10_000);
        var ordered = shop.Program.DayOf(shop.Clock.GetUtcNow());
        shop.Clock.Advance(TimeSpan.FromDays(3));
        await shop.RefundAsync("o1", "r1", 1_000);
        (await shop.TextAsync("select string_agg(concat_ws(' ', day - @ordered, conversions, revenue, refunds, refunded), ', ' order by day) from (select day, sum(conversions) conversions, sum(revenue) revenue, sum(refunds) refunds, sum(refunded) refunded from outcome_days where unit = 'USD' group by day) d", new { ordered }))
            .ShouldBe("0 1 9000 1000 0, 3 0 0 0 1000");
    }

    [Fact]
    public async Task Orders_of_nobody_and_open_orders_count_nothing_until_they_are_paid()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.OrderAsync("walk_in", "o1");
        (await SumsAsync(shop)).ShouldBeEmpty();
        await shop.SignUpAsync("friend_1", code: "REF123456");
        await shop.OrderAsync("friend_1", "o2", 10_000, paid: false);
        await shop.RefundAsync("o2", "r1", 1_000);
        (await SumsAsync(shop)).ShouldBe([" 1 0 0 0 0 0"]);
        (await new Tributary.Orders.PayOrder(shop.Transactions).ExecuteAsync(shop.Program, "o2", shop.Caller, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await SumsAsync(shop)).ShouldContain("USD 0 1 9000 1000 1000 0");
    }

    [Fact]
    public async Task A_claim_moves_lead_order_and_rewards_to_the_other_referrer()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.SignUpAsync("other", ownCode: "OTHER1234");
        await shop.SignUpAsync("friend_1", code: "REF123456");
        await shop.OrderAsync("friend_1", "o1", 10_000);
        await shop.RefundAsync("o1", "r1", 1_000);
        (await shop.ClaimAsync("friend_1", "other")).Succeeded.ShouldBeTrue();
        var other = await shop.NumberAsync("other");
        (await shop.TextAsync("select string_agg(concat_ws(' ', unit, leads, conversions, revenue, refunded, rewards), ', ' order by unit) from (select unit, sum(leads) leads, sum(conversions) conversions, sum(revenue) revenue, sum(refunded) refunded, sum(rewards) rewards from outcome_days where referrer_id = @other group by unit) d", new { other }))
            .ShouldBe(" 1 0 0 0 0, USD 0 1 9000 1000 0, points:points 0 0 0 0 300");
        (await shop.CountAsync($"select (sum(leads) + sum(conversions) + sum(revenue) + sum(rewards))::bigint from outcome_days where referrer_id <> {other}")).ShouldBe(0);
    }

    [Fact]
    public async Task When_referrers_become_one_person_all_is_counted_under_the_survivor()
    {
        await using var shop = await Shop.OpenAsync(postgres, settings: s => s with { Customers = new CustomerSettings { MergeBy = MergeBy.Email } });
        await shop.SignUpAsync("alice", ownCode: "ALICE1234", email: "alice@example.org");
        await shop.SignUpAsync("friend_1", code: "ALICE1234");
        await shop.OrderAsync("friend_1", "o1", 10_000);
        await shop.SignUpAsync("user_12345", email: "alice@example.org");
        var survivor = await shop.NumberAsync("alice");
        survivor.ShouldBe(await shop.NumberAsync("user_12345"));
        (await shop.CountAsync("select count(distinct referrer_id) from outcome_days")).ShouldBe(1);
        (await shop.CountAsync($"select sum(conversions)::bigint from outcome_days where referrer_id = {survivor}")).ShouldBe(1);
        (await shop.CountAsync($"select count(*) from outcome_changes where referrer_id <> {survivor}")).ShouldBe(0);
    }

    [Fact]
    public async Task The_doctor_sees_a_counter_that_lies()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        await shop.SignUpAsync("friend_1", code: "REF123456");
        await shop.ExecuteAsync("update outcome_days set leads = leads + 1");
        var report = await new Doctor(shop.Database).RunAsync(1, CancellationToken.None);
        report.IsHealthy.ShouldBeFalse();
        report.ToString().ShouldContain("leads, conversions, revenue and rewards");
        await shop.ExecuteAsync("update outcome_days set leads = leads - 1");
    }

    private static async Task<IReadOnlyList<string>> SumsAsync(Shop shop)
    {
        await using var connection = await shop.Database.OpenAsync(CancellationToken.None);
        return [.. await connection.QueryAsync<string>(SumsSql)];
    }
}

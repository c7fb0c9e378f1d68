using Tributary.Primitives;
using Tributary.Rewards;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Rewards;

public sealed class PointsAndApprovalTests(ClassDatabase shared) : IClassFixture<ClassDatabase>, IAsyncLifetime
{
    private const string Points = "points:points";

    private readonly HandClock clock = new();
    private readonly TestDatabase database = shared.Database;
    private RewardBook book = null!;

    public async ValueTask InitializeAsync() => book = await RewardBook.OpenAsync(database, clock);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task MO_56_points_that_expire_soonest_are_spent_first()
    {
        var never = await book.EarnApprovedAsync(100, Points);
        var late = await book.EarnApprovedAsync(100, Points, life: TimeSpan.FromDays(90));
        var soon = await book.EarnApprovedAsync(100, Points, life: TimeSpan.FromDays(10));

        (await book.RedeemAsync(150)).Value.Left.ShouldBe(150);
        (await book.StandsAsync(soon)).ShouldBe("available 0");
        (await book.StandsAsync(late)).ShouldBe("available 50");
        (await book.RedeemAsync(100)).Value.Left.ShouldBe(50);
        (await book.StandsAsync(never)).ShouldBe("available 50");
        (await Balance()).ShouldBe("300 0 0 0 50 0 250 0");
    }

    [Fact]
    public async Task Expired_points_are_not_spent()
    {
        await book.EarnApprovedAsync(100, Points, life: TimeSpan.FromDays(10));
        clock.Advance(TimeSpan.FromDays(10));

        (await book.RedeemAsync(1)).Problem.Code.ShouldBe(ProblemCode.InsufficientBalance);
    }

    [Fact]
    public async Task More_than_there_is_changes_nothing()
    {
        await book.EarnApprovedAsync(100, Points);
        await book.EarnAsync(50, Points);

        (await book.RedeemAsync(101)).Problem.Code.ShouldBe(ProblemCode.InsufficientBalance);
        (await book.RedeemAsync(0)).Problem.Field.ShouldBe("amount");
        (await book.RedeemAsync(-5)).Problem.Field.ShouldBe("amount");
        (await book.RedeemAsync(1, recipient: 8)).Problem.Code.ShouldBe(ProblemCode.InsufficientBalance);
        (await Balance()).ShouldBe("150 0 50 0 100 0 0 0");
    }

    [Fact]
    public async Task MO_55_scores_and_money_are_never_redeemed()
    {
        await book.EarnApprovedAsync(100, "USD");

        (await book.RedeemAsync(1, unit: "USD")).Problem.Field.ShouldBe("unit");
        (await book.RedeemAsync(1, unit: "score:score")).Problem.Field.ShouldBe("unit");
    }

    [Fact]
    public async Task MO_56_taking_back_spent_points_makes_a_debt_that_stops_redemption()
    {
        var first = await book.EarnApprovedAsync(100, Points);
        await book.EarnApprovedAsync(50, Points);
        await book.RedeemAsync(80);

        await book.ReverseAsync(first);

        (await book.StandsAsync(first)).ShouldBe("reversed 0");
        (await Balance()).ShouldBe("150 100 0 0 50 0 80 80");
        (await book.RedeemAsync(1)).Problem.Code.ShouldBe(ProblemCode.InsufficientBalance);
    }

    [Fact]
    public async Task A_hold_moves_only_what_is_not_spent()
    {
        var id = await book.EarnApprovedAsync(100, Points);
        await book.RedeemAsync(30);

        await book.HoldAsync(id);

        (await Balance()).ShouldBe("100 0 0 70 0 0 30 0");
        await book.ReleaseAsync(id);
        await book.ApproveAsync(id);
        (await book.RedeemAsync(70)).Succeeded.ShouldBeTrue();
        await book.HoldAsync(id);
        (await book.RejectAsync(id)).Succeeded.ShouldBeTrue();
        (await Balance()).ShouldBe("100 100 0 0 0 0 100 100");
    }

    [Fact]
    public async Task R11_points_are_never_spent_twice()
    {
        foreach (var _ in Enumerable.Range(0, 10))
            await book.EarnApprovedAsync(10, Points);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => book.RedeemAsync(7)));

        outcomes.Count(o => o.Succeeded).ShouldBe(14);
        outcomes.Where(o => !o.Succeeded).ShouldAllBe(o => o.Problem.Code == ProblemCode.InsufficientBalance);
        (await Balance()).ShouldBe("100 0 0 0 2 0 98 0");
    }

    [Fact]
    public async Task MO_53_the_job_approves_what_is_due_and_nothing_else()
    {
        var due = await book.EarnAsync(500, hold: TimeSpan.FromDays(30));
        var later = await book.EarnAsync(500, hold: TimeSpan.FromDays(31));
        var held = await book.EarnAsync(500, hold: TimeSpan.FromDays(30));
        await book.HoldAsync(held);

        (await book.ApproveDueAsync()).ShouldBe(0);
        clock.Advance(TimeSpan.FromDays(30));
        (await book.ApproveDueAsync()).ShouldBe(1);
        (await book.ApproveDueAsync()).ShouldBe(0);

        (await book.ReadAsync(due)).State.ShouldBe(RewardState.Available);
        (await book.ReadAsync(later)).State.ShouldBe(RewardState.Pending);
        (await book.ReadAsync(held)).State.ShouldBe(RewardState.Held);
        (await book.Ledger.BalanceAsync(7, "USD")).ShouldBe("1500 0 500 500 500 0 0 0");
    }

    [Fact]
    public async Task MO_53_where_people_approve_the_job_does_not()
    {
        var id = await book.EarnAsync(500);
        await book.Ledger.ExecuteAsync("""update programs set settings = '{"rewards": {"manualApproval": true}}' where program_id = @program""");

        await book.Job.RunAsync(default);

        (await book.ReadAsync(id)).State.ShouldBe(RewardState.Pending);
        await book.Ledger.ExecuteAsync("""update programs set settings = '{}' where program_id = @program""");
        await book.Job.RunAsync(default);
        (await book.ReadAsync(id)).State.ShouldBe(RewardState.Available);
    }

    [Fact]
    public async Task An_order_that_is_not_paid_keeps_its_rewards_waiting()
    {
        await book.Ledger.ExecuteAsync("""
            insert into customers (program_id, customer_id, created_at, updated_at) values (@program, 7, now(), now());
            insert into orders (program_id, order_key, order_id, customer_id, state, currency, total, base, remaining_base, content,
                                ordered_at, occurred_at, received_at, explanation)
            values (@program, 55, 'o', 7, 'open', 'USD', 5, 5, 5, '', now(), now(), now(), '{}')
            """);
        var id = await book.EarnAsync(500, orderKey: 55);

        (await book.ApproveDueAsync()).ShouldBe(0);
        (await book.ApproveAsync(id, early: true)).Problem.Detail.ShouldContain("order");
        await book.Ledger.ExecuteAsync("update orders set state = 'paid' where program_id = @program");
        (await book.ApproveDueAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task R14_four_nodes_approve_five_hundred_rewards_once_each()
    {
        await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, _) =>
            await book.EarnAsync(10, recipient: 1 + n % 20));

        var approved = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => book.ApproveDueAsync()));

        approved.Sum().ShouldBe(500);
        (await book.Ledger.CountAsync("transfers")).ShouldBe(1_000);
        (await book.Ledger.BalanceAsync(1, "USD")).ShouldBe("250 0 0 0 250 0 0 0");
        (await book.Ledger.CountAsync("audit_entries")).ShouldBe(0);
    }

    [Fact]
    public async Task Lists_are_read_page_by_page_and_filtered()
    {
        for (var n = 0; n < 5; n++)
            await book.EarnAsync(n + 1, recipient: 7 + n % 2);
        var queries = new RewardQueries(database.Database);

        var first = await queries.ListAsync(book.Ledger.ProgramId, new RewardFilter(RecipientId: 7), new PageRequest(2), default);
        var second = await queries.ListAsync(
            book.Ledger.ProgramId, new RewardFilter(RecipientId: 7), new PageRequest(2, first.Next), default);

        first.Items.Select(reward => (int)reward.Earned).ShouldBe([5, 3]);
        second.Items.Select(reward => (int)reward.Earned).ShouldBe([1]);
        second.HasMore.ShouldBeFalse();
        (await queries.ListAsync(book.Ledger.ProgramId, new RewardFilter(State: RewardState.Held), new PageRequest(2), default))
            .Items.ShouldBeEmpty();
    }

    private Task<string?> Balance() => book.Ledger.BalanceAsync(7, Points);
}

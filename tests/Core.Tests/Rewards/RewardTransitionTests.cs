using Dapper;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Rewards;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Rewards;

public sealed class RewardTransitionTests(ClassDatabase shared) : IClassFixture<ClassDatabase>, IAsyncLifetime
{
    private readonly HandClock clock = new();
    private readonly TestDatabase database = shared.Database;
    private RewardBook book = null!;

    public async ValueTask InitializeAsync() => book = await RewardBook.OpenAsync(database, clock);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_reward_is_held_released_and_approved_and_its_amount_follows()
    {
        var id = await book.EarnAsync(500);

        (await book.HoldAsync(id)).Value.Reason.ShouldBe("looks odd");
        (await Balance()).ShouldBe("500 0 0 500 0 0 0 0");
        (await book.ReleaseAsync(id)).Value.Reason.ShouldBeNull();
        (await Balance()).ShouldBe("500 0 500 0 0 0 0 0");
        await book.ApproveAsync(id);
        (await Balance()).ShouldBe("500 0 0 0 500 0 0 0");
        await book.HoldAsync(id);
        await book.ReleaseAsync(id);
        await book.ApproveAsync(id);
        (await Balance()).ShouldBe("500 0 0 0 500 0 0 0");
        await book.HoldAsync(id);
        (await book.RejectAsync(id)).Value.State.ShouldBe(RewardState.Rejected);
        (await Balance()).ShouldBe("500 500 0 0 0 0 0 0");
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("held")]
    [InlineData("available")]
    public async Task A_person_reverses_what_is_in_no_payout(string state)
    {
        var id = await Reach(state);

        (await book.ReverseAsync(id)).Value.Reason.ShouldBe("mistake");

        (await book.StandsAsync(id)).ShouldBe("reversed 0");
        (await Balance()).ShouldBe("500 500 0 0 0 0 0 0");
    }

    [Theory]
    [InlineData("rejected")]
    [InlineData("reversed")]
    public async Task I12_rejected_and_reversed_stay_for_ever(string state)
    {
        var id = await Reach(state);
        var transfers = await book.Ledger.CountAsync("transfers");

        foreach (var attempt in new[] { book.ApproveAsync(id), book.HoldAsync(id), book.ReleaseAsync(id), book.RejectAsync(id), book.ReverseAsync(id) })
            (await attempt).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);

        (await book.StandsAsync(id)).ShouldBe($"{state} 0");
        (await book.Ledger.CountAsync("transfers")).ShouldBe(transfers);
    }

    [Fact]
    public async Task MO_52_nobody_without_the_right_approves_before_the_hold_is_over()
    {
        var id = await book.EarnAsync(500, hold: TimeSpan.FromDays(30));

        (await book.ApproveAsync(id)).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
        (await book.ApproveAsync(id, early: true)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task D26_a_suspended_recipients_reward_is_not_approved()
    {
        var id = await book.EarnAsync(500, recipient: 77);
        await book.Ledger.ExecuteAsync("""
            insert into referrers (program_id, referrer_id, kind, state, created_at, updated_at)
            values (@program, 77, 'partner', 'suspended', now(), now())
            """);

        (await book.ApproveAsync(id)).Problem.Detail.ShouldContain("not active");
        (await book.ApproveDueAsync()).ShouldBe(0);
        await book.Ledger.ExecuteAsync("update referrers set state = 'active' where program_id = @program");
        (await book.ApproveDueAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task MO_55_a_coupon_moves_through_the_same_states_without_a_transfer()
    {
        var id = await book.EarnAsync(0, unit: null, kind: "coupon");
        await book.Ledger.ExecuteAsync("""
            insert into reward_coupons (program_id, reward_id, customer_id, code, canonical, terms, active, usage_limit, starts_at)
            values (@program, @id, 7, 'W1', 'W1', '{}', true, 1, now())
            """, new { id });

        (await book.HoldAsync(id)).Value.State.ShouldBe(RewardState.Held);
        (await CouponActive()).ShouldBeFalse();
        await book.ReleaseAsync(id);
        (await CouponActive()).ShouldBeTrue();
        await book.ReverseAsync(id);
        (await CouponActive()).ShouldBeFalse();
        (await book.Ledger.CountAsync("transfers")).ShouldBe(0);
    }

    [Fact]
    public async Task Every_transition_tells_the_outbox_and_the_audit_log_and_a_refused_one_neither()
    {
        var id = await book.EarnAsync(500);
        await book.HoldAsync(id);
        await book.HoldAsync(id);
        await book.ReleaseAsync(id);
        await book.ApproveAsync(id);
        await book.ReverseAsync(id);

        (await Column("select type from events where program_id = @program order by event_id"))
            .ShouldBe(["reward.held", "reward.released", "reward.approved", "reward.reversed"]);
        (await Column("select verb || ' ' || coalesce(reason, '-') from audit_entries where program_id = @program order by audit_id"))
            .ShouldBe(["reward.hold looks odd", "reward.release -", "reward.approve -", "reward.reverse mistake"]);
    }

    [Fact]
    public async Task A_hold_needs_a_reason_and_a_reward_that_exists()
    {
        var id = await book.EarnAsync(500);

        (await book.Hold.HoldAsync(book.Ledger.Program, id, " ", book.Ledger.Caller, default)).Problem.Field.ShouldBe("reason");
        (await book.HoldAsync(999)).Problem.Code.ShouldBe(ProblemCode.NotFound);
    }

    [Fact]
    public async Task N13_a_reward_of_another_programme_does_not_exist()
    {
        var stranger = await RewardBook.OpenAsync(database, clock);
        var id = await book.EarnAsync(500);

        (await stranger.ApproveAsync(id)).Problem.Code.ShouldBe(ProblemCode.NotFound);
        (await new RewardQueries(database.Database).FindAsync(stranger.Ledger.ProgramId, id, default)).ShouldBeNull();
    }

    [Fact]
    public async Task R11_of_simultaneous_verbs_on_one_reward_the_winners_form_a_legal_history()
    {
        for (var round = 0; round < 20; round++)
        {
            var id = await book.EarnAsync(500, recipient: 1_000 + round);

            var outcomes = await Task.WhenAll(
                book.ApproveAsync(id), book.HoldAsync(id), book.ReverseAsync(id), book.ApproveAsync(id), book.ReverseAsync(id));

            outcomes.Where(o => !o.Succeeded).ShouldAllBe(o => o.Problem.Code == ProblemCode.IllegalTransition);
            (outcomes[0].Succeeded && outcomes[3].Succeeded).ShouldBeFalse("approved once");
            (outcomes[2].Succeeded && outcomes[4].Succeeded).ShouldBeFalse("reversed once");
            (await book.StandsAsync(id)).ShouldBe("reversed 0");
            (await book.Ledger.BalanceAsync(1_000 + round, "USD")).ShouldBe("500 500 0 0 0 0 0 0");
        }
    }

    [Fact]
    public async Task D31_each_of_200_rewards_reversed_twice_at_once_is_reversed_once()
    {
        var ids = new List<long>();
        for (var n = 0; n < 200; n++)
            ids.Add(await book.EarnAsync(100, recipient: 1 + n % 5));

        var outcomes = await Task.WhenAll(ids.Concat(ids).Select(book.ReverseAsync));

        outcomes.Count(o => o.Succeeded).ShouldBe(200);
        outcomes.Count(o => !o.Succeeded && o.Problem.Code == ProblemCode.IllegalTransition).ShouldBe(200);
        (await Column("select sum(case side when 'credit' then amount else -amount end)::text from entries where program_id = @program and recipient_id is not null"))
            .ShouldBe(["0"]);
        (await Column("select deadlocks::text from pg_stat_database where datname = current_database()")).ShouldBe(["0"]);
    }

    [Fact]
    public void MO_58_the_table_of_transitions_is_that_of_the_specification()
    {
        var legal = from state in Enum.GetValues<RewardState>()
                    from verb in Enum.GetValues<RewardVerb>()
                    let after = RewardStates.After(state, verb)
                    where after is not null
                    select $"{state.Text()} {verb} {after.Value.Text()}";

        legal.ShouldBe(
        [
            "pending Approve available", "pending Hold held", "pending Reverse reversed",
            "held Release pending", "held Reject rejected", "held Reverse reversed",
            "available Hold held", "available Reverse reversed", "available CreatePayout in_payout", "available Settle paid",
            "in_payout PayPayout paid", "in_payout ReturnPayout available",
            "paid BouncePayout available", "paid ClawBack clawed_back", "clawed_back BouncePayout available",
        ], ignoreOrder: true);
    }

    private async Task<long> Reach(string state)
    {
        var id = await book.EarnAsync(500);
        if (state is "available")
            await book.ApproveAsync(id);
        if (state is "held" or "rejected")
            await book.HoldAsync(id);
        if (state is "rejected")
            await book.RejectAsync(id);
        if (state is "reversed")
            await book.ReverseAsync(id);
        (await book.ReadAsync(id)).State.Text().ShouldBe(state);
        return id;
    }

    private Task<string?> Balance() => book.Ledger.BalanceAsync(7, "USD");

    private async Task<bool> CouponActive() =>
        (await Column("select active::text from reward_coupons where program_id = @program")).Single() == "true";

    private async Task<IReadOnlyList<string>> Column(string sql)
    {
        await using var connection = await database.Database.OpenAsync(default);
        return [.. await connection.QueryAsync<string>(sql, new { program = book.Ledger.ProgramId })];
    }
}

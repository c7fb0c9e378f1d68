using System.Numerics;
using Dapper;
using Tributary.ChainOrders;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.ChainOrders;

public sealed class AffiliateFeeTests(ClassDatabase database) : IClassFixture<ClassDatabase>
{
    [Theory]
    [InlineData(1_000_000, 300_000, 3000)]
    [InlineData(999_999, 150_000, 1499)]
    [InlineData(0, 300_000, 0)]
    public void DB26_a_fee_is_cut_down_to_whole_units(long input, long percent, long fee) =>
        AffiliateFees.Of(input, percent).ShouldBe(fee);

    [Fact]
    public async Task DB26_a_fee_is_earned_once_when_the_chain_has_let_go()
    {
        var shop = await ChainShop.OpenAsync(database);
        var acme = await shop.IntegratorAsync(30830);
        await shop.RecordAsync(shop.Order(1));
        (await shop.FindAsync(1)).AffiliateAmount.ShouldBe(3000);
        await shop.ReportAsync(shop.Event(1, ChainOrderState.Fulfilled));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.SentUnlock));
        (await shop.PostedAsync(1)).ShouldBeEmpty();
        for (var n = 0; n < 3; n++)
            await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock));
        (await shop.PostedAsync(1)).ShouldBe(
            ["earn onchain debit 3000", "earn available credit 3000", "earn available debit 3000", "earn paid credit 3000"]);
        (await shop.OneAsync<(decimal Paid, decimal Available)>(
            "select paid, available from balances where program_id = @p and recipient_id = @acme and unit = @unit",
            new { acme, unit = $"chain:1/{ChainShop.Usdc}" })).ShouldBe((3000, 0));
        await shop.CheckAsync();
    }

    [Fact]
    public async Task DB26_elsewhere_a_fee_waits_until_it_is_drawn()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        var order = shop.Order(1);
        await shop.RecordAsync(order with { Give = order.Give with { ChainId = ChainShop.Solana, Token = ChainShop.SolanaToken } });
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock));
        (await shop.PostedAsync(1)).ShouldBe(["earn onchain debit 3000", "earn available credit 3000"]);
        await shop.CheckAsync();
    }

    [Fact]
    public async Task DB26_a_cancelled_order_earns_nothing()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        await shop.RecordAsync(shop.Order(1));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedOrderCancel));
        (await shop.PostedAsync(1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_chains_own_amount_wins_over_the_computed_one()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        await shop.RecordAsync(shop.Order(1));
        (await shop.FindAsync(1)).AffiliateEstimated.ShouldBeTrue();
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock) with { AffiliateAmount = 2999 });
        var order = await shop.FindAsync(1);
        (order.AffiliateAmount, order.AffiliateEstimated).ShouldBe(((BigInteger?)2999, false));
        (await shop.PostedAsync(1))[0].ShouldBe("earn onchain debit 2999");
        await shop.CheckAsync();
    }

    [Fact]
    public async Task An_integrator_that_is_suspended_earns_nothing_and_its_orders_are_recorded()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        await shop.QueryAsync<long>("update referrers set state = 'suspended' where program_id = @p returning 1::bigint");
        await shop.RecordAsync(shop.Order(1));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock));
        (await shop.PostedAsync(1)).ShouldBeEmpty();
        var story = await shop.StoryAsync(1);
        story.Order.ReferralCode.ShouldBe(30830);
        story.Explanation["touches"]![0]!["reason"]!.GetValue<string>().ShouldBe("referrer_inactive");
    }

    [Fact]
    public async Task DB41_the_fees_of_a_code_that_nobody_owns_are_kept_for_it()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RecordAsync(shop.Order(1, code: 31805));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock));
        (await shop.OneAsync<string>(
            """
            select r.name || ' ' || r.state
            from balances b
            join referrers r on r.program_id = b.program_id and r.referrer_id = b.recipient_id
            where b.program_id = @p and b.paid = 3000
            """)).ShouldBe("unclaimed-code/31805 unclaimed");
        (await shop.FindAsync(1)).ReferrerId.ShouldBeNull();
        await shop.CheckAsync();
    }

    [Fact]
    public async Task A_swap_is_earned_and_paid_when_it_is_recorded()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        var order = shop.Order(1);
        await shop.RecordAsync(order with { Kind = ChainOrderKind.SameChain, Take = order.Give with { Amount = 5 } });
        var swap = await shop.FindAsync(1);
        (swap.State, swap.FinalAt).ShouldBe((ChainOrderState.Fulfilled, order.CreatedAt));
        (await shop.PostedAsync(1))[^1].ShouldBe("earn paid credit 3000");
        await shop.CheckAsync();
    }

    [Fact]
    public async Task A_withdrawal_and_another_amount_at_once_leave_no_account_below_zero()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        var order = shop.Order(1);
        await shop.RecordAsync(order with { Give = order.Give with { ChainId = ChainShop.Solana, Token = ChainShop.SolanaToken } });
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock));

        // The withdrawal has taken the fee and waits for its balance, while the chain's own amount is told.
        await using var connection = await shop.Database.OpenAsync(CancellationToken.None);
        await using var holder = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("select from balances where program_id = @p for update", new { p = shop.Program.Id });
        var withdrawal = Task.Run(() => shop.WithdrawAsync(55, 3000, 1));
        await UntilWaitingAsync(shop, 1);
        var report = Task.Run(() => shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock) with { AffiliateAmount = 2999 }));
        await UntilWaitingAsync(shop, 2);
        await holder.RollbackAsync();

        (await withdrawal).Succeeded.ShouldBeTrue();
        (await report).Value.Kind.ShouldBe(ChainOutcomeKind.Applied);
        (await shop.OneAsync<(decimal, decimal)>("select available, paid from balances where program_id = @p")).ShouldBe((2999, 0));
        await shop.CheckAsync();
    }

    [Fact]
    public async Task Orders_of_a_known_token_do_not_wait_for_each_other()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RecordAsync(shop.Order(1));
        await using var connection = await shop.Database.OpenAsync(CancellationToken.None);
        await using var holder = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("select from chain_tokens where program_id = @p for update", new { p = shop.Program.Id });
        (await shop.RecordAsync(shop.Order(2)).WaitAsync(TimeSpan.FromSeconds(20))).Value.Kind.ShouldBe(ChainOutcomeKind.Created);
    }

    private static async Task UntilWaitingAsync(ChainShop shop, int backends)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await shop.OneAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and @p > 0") < backends)
            await Task.Delay(20, late.Token);
    }
}

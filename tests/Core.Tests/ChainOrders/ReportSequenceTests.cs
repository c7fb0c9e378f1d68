using Tributary.ChainOrders;
using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.ChainOrders;

/// <summary>What is known of an order follows from the set of its reports, not from their sequence (DB-15).</summary>
public sealed class ReportSequenceTests(ClassDatabase database) : IClassFixture<ClassDatabase>
{
    [Fact]
    public async Task DB15_a_fee_is_earned_though_its_amount_is_known_after_the_end()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        await shop.RecordAsync(WithoutFee(shop, 1));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock));
        (await shop.PostedAsync(1)).ShouldBeEmpty();
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock) with { AffiliateAmount = 2500 });
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock) with { AffiliateAmount = 2500 });
        (await shop.PostedAsync(1)).ShouldBe(
            ["earn onchain debit 2500", "earn available credit 2500", "earn available debit 2500", "earn paid credit 2500"]);

        await shop.RecordAsync(WithoutFee(shop, 2));
        await shop.ReportAsync(shop.Event(2, ChainOrderState.ClaimedUnlock));
        await shop.RecordAsync(shop.Order(2));
        (await shop.PostedAsync(2))[^1].ShouldBe("earn paid credit 3000");

        var swap = Swap(WithoutFee(shop, 3));
        await shop.RecordAsync(swap);
        await shop.RecordAsync(swap with { AffiliateAmount = 7, AffiliateBeneficiary = ChainShop.Wallet(9) });
        (await shop.PostedAsync(3))[^1].ShouldBe("earn paid credit 7");
        await shop.CheckAsync();
    }

    [Fact]
    public async Task DB15_a_fee_of_a_suspended_integrator_is_not_made_up_for_later()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        await shop.QueryAsync<long>("update referrers set state = 'suspended' where program_id = @p returning 1::bigint");
        await shop.RecordAsync(shop.Order(1));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock));
        await shop.QueryAsync<long>("update referrers set state = 'active' where program_id = @p returning 1::bigint");
        await shop.ReportAsync(shop.Event(1, ChainOrderState.Fulfilled));
        (await shop.PostedAsync(1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task DB15_a_fee_that_the_contract_keeps_is_open_whether_that_is_known_first_or_last()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        var (paid, unpaid) = (shop.Event(1, ChainOrderState.ClaimedUnlock), shop.Event(1, ChainOrderState.ClaimedUnlock) with { AffiliatePaid = false });
        await shop.RecordAsync(shop.Order(1));
        await shop.ReportAsync(paid);
        await shop.ReportAsync(unpaid);
        await shop.ReportAsync(unpaid);
        (await shop.OneAsync<(decimal, decimal)>("select available, paid from balances where program_id = @p")).ShouldBe((3000, 0));
        (await shop.OneAsync<string>("select state from affiliate_fees where program_id = @p and state <> 'reversed'")).ShouldBe("available");
        await shop.ReportAsync(paid);
        (await shop.OneAsync<(decimal, decimal)>("select available, paid from balances where program_id = @p")).ShouldBe((3000, 0));
        await shop.CheckAsync();
    }

    [Fact]
    public async Task DB15_what_supersedes_counts_whichever_came_first()
    {
        static ChainEventReport Replaced(ChainShop shop) => shop.Event(1, ChainOrderState.ClaimedUnlock) with
        {
            AffiliateAmount = 2999, AffiliatePaid = false, Taker = ChainShop.Wallet(11), BlockNumber = 5,
        };
        static ChainEventReport Standing(ChainShop shop) => Replaced(shop) with
        {
            TransactionHash = ChainShop.Hash(77), Supersedes = Replaced(shop).TransactionHash, AffiliateAmount = 2998, AffiliatePaid = null,
            Taker = ChainShop.Wallet(12), BlockNumber = 6,
        };
        var rows = new List<string>();
        foreach (var isReplacedFirst in new[] { true, false })
        {
            var shop = await ChainShop.OpenAsync(database);
            await shop.RecordAsync(shop.Order(1));
            await shop.ReportAsync(isReplacedFirst ? Replaced(shop) : Standing(shop));
            (await shop.ReportAsync(isReplacedFirst ? Standing(shop) : Replaced(shop))).Value.Problem.ShouldBeNull();
            (await shop.ReportAsync(Replaced(shop))).Value.Kind.ShouldBe(ChainOutcomeKind.Unchanged);
            var order = await shop.FindAsync(1);
            var balance = await shop.OneAsync<(decimal, decimal)>("select available, paid from balances where program_id = @p");
            rows.Add($"{order.Taker} {order.AffiliateAmount} {order.AffiliateUnpaid} {order.AffiliateUsd} {balance}");
            await shop.CheckAsync();
        }
        rows[1].ShouldBe(rows[0]);
        rows[0].ShouldBe($"{ChainShop.Wallet(12)} 2998 False  (0, 2998)");
    }

    [Fact]
    public async Task DB15_the_first_report_replaces_what_the_gateway_estimated_before_or_after_an_event()
    {
        static ChainOrderReport Full(ChainShop shop) => shop.Order(1, code: 5) with
        {
            Give = shop.Order(1).Give with { Amount = 1_993_200 }, Receiver = ChainShop.Wallet(21), GiveUsd = 6_000_000, PercentFee = 800,
        };
        var images = new List<string>();
        foreach (var isReportFirst in new[] { true, false })
        {
            var shop = await ChainShop.OpenAsync(database);
            var guess = shop.Order(1) with { Receiver = ChainShop.Wallet(20), GiveUsd = 5_000_000, InputAmount = 1_000_000, CreatedAt = null, CreationTransactionHash = null };
            await PrepareAsync(shop, guess);
            if (isReportFirst)
                await shop.RecordAsync(Full(shop));
            await shop.ReportAsync(shop.Event(1, ChainOrderState.Fulfilled));
            if (!isReportFirst)
                (await shop.RecordAsync(Full(shop))).Value.Kind.ShouldBe(ChainOutcomeKind.Updated);
            (await shop.KindAsync(Full(shop) with { Code = null })).ShouldBe(ChainOutcomeKind.Unchanged);
            (await shop.RecordAsync(Full(shop) with { Code = null, PercentFee = 1 })).Value.Problem!.Code.ShouldBe(ProblemCode.OrderConflict);
            images.Add(await shop.ImageAsync(1));
            (await shop.FindAsync(1)).ReferralCode.ShouldBe(30830);
            await shop.CheckAsync();
        }
        images[1].ShouldBe(images[0]);
    }

    [Fact]
    public async Task A_fee_that_was_booked_in_an_estimated_token_is_reversed_in_that_one()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        await PrepareAsync(shop, shop.Order(1));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock));
        await shop.RecordAsync(shop.Order(1) with { Give = shop.Order(1).Give with { Token = ChainShop.Wallet(99), Amount = 1_993_200 }, PercentFee = 800 });
        (await shop.QueryAsync<(string, decimal)>("select unit, paid from balances where program_id = @p and paid <> 0"))
            .ShouldBe([($"chain:1/{ChainShop.Wallet(99)}", 6000m)]);
        await shop.CheckAsync();
    }

    [Fact]
    public async Task The_call_of_an_order_that_was_not_cancelled_after_all_goes_on()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RecordAsync(shop.Order(1) with { ExternalCallState = ExternalCallState.AwaitingOrderFulfillment });
        await shop.ReportAsync(shop.Event(1, ChainOrderState.OrderCancelled));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.Fulfilled) with { ExternalCallState = ExternalCallState.Completed });
        (await shop.FindAsync(1)).ExternalCallState.ShouldBe(ExternalCallState.Cancelled);
        await shop.ResolveAsync(1, ChainBranch.Unlock);
        (await shop.FindAsync(1)).ExternalCallState.ShouldBe(ExternalCallState.Completed);
    }

    private static ChainOrderReport WithoutFee(ChainShop shop, int number) =>
        shop.Order(number) with { AffiliatePercent = null, AffiliateBeneficiary = null };

    private static ChainOrderReport Swap(ChainOrderReport order) =>
        order with { Kind = ChainOrderKind.SameChain, Take = order.Give with { Amount = 5 } };

    private static async Task PrepareAsync(ChainShop shop, ChainOrderReport facts) =>
        (await new PrepareChainOrder(shop.Transactions).ExecuteAsync(
            shop.Program, facts, TimeSpan.FromHours(1), shop.Clock.GetUtcNow(), shop.Caller, CancellationToken.None)).Value.Kept.ShouldBeTrue();
}

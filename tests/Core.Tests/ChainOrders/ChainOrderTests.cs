using System.Numerics;
using Tributary.ChainOrders;
using Tributary.ChainOrders.Following;
using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.ChainOrders;

public sealed class ChainOrderTests(ClassDatabase database) : IClassFixture<ClassDatabase>
{
    [Fact]
    public async Task DB1_an_order_with_a_code_belongs_to_its_integrator_and_says_why()
    {
        var shop = await ChainShop.OpenAsync(database);
        var acme = await shop.IntegratorAsync(30830);
        (await shop.KindAsync(shop.Order(1))).ShouldBe(ChainOutcomeKind.Created);
        var story = await shop.StoryAsync(1);
        story.Order.ReferrerId.ShouldBe(acme);
        story.Explanation["touches"]![0]!["text"]!.GetValue<string>().ShouldBe("30830");
        story.Explanation["touches"]![0]!["reason"]!.GetValue<string>().ShouldBe("won");
        (await shop.OneAsync<string>("select merchant_id from customers where program_id = @p")).ShouldBe(ChainShop.Wallet(7));
        await shop.CheckAsync();
    }

    [Fact]
    public async Task DB12_the_same_order_at_once_is_one_order()
    {
        var shop = await ChainShop.OpenAsync(database);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => shop.KindAsync(shop.Order(1)))));
        outcomes.Count(kind => kind == ChainOutcomeKind.Created).ShouldBe(1);
        outcomes.Count(kind => kind == ChainOutcomeKind.Unchanged).ShouldBe(15);
        (await shop.QueryAsync<string>("select type from events where program_id = @p and order_key is not null")).ShouldBe(["order.created"]);
        (await shop.OneAsync<long>("select count(*) from customers where program_id = @p")).ShouldBe(1);
        await shop.CheckAsync();
    }

    [Fact]
    public async Task DB13_a_contradiction_is_refused_and_a_gap_is_filled()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RecordAsync(shop.Order(1));
        var before = await shop.ImageAsync(1);

        var other = shop.Order(1);
        var amount = (await shop.RecordAsync(other with { Give = other.Give with { Amount = 5 } })).Value;
        amount.Problem!.Code.ShouldBe(ProblemCode.OrderConflict);
        amount.Problem.Fields.ShouldBe(["give.amount"]);
        (await shop.RecordAsync(other with { CreationTransactionHash = ChainShop.Hash(5) })).Value.Problem!.Fields.ShouldBe(["creationTransactionHash"]);
        (await shop.RecordAsync(other with { Code = 4 })).Value.Problem!.Code.ShouldBe(ProblemCode.CodeConflict);
        (await shop.ImageAsync(1)).ShouldBe(before);
        (await shop.StoryAsync(1)).Refused.Count.ShouldBe(3);

        (await shop.KindAsync(other with { GiveUsd = 1_000_000, Receiver = ChainShop.Wallet(3) })).ShouldBe(ChainOutcomeKind.Updated);
        (await shop.KindAsync(other with { GiveUsd = 2_000_000 })).ShouldBe(ChainOutcomeKind.Unchanged);
        var filled = await shop.FindAsync(1);
        filled.GiveUsd.ShouldBe(1_000_000);
        filled.AffiliateUsd.ShouldBe(3_000);
        filled.Receiver.ShouldBe(ChainShop.Wallet(3));
        await shop.CheckAsync();
    }

    [Fact]
    public async Task A_code_that_comes_late_is_attributed_then_and_never_changes()
    {
        var shop = await ChainShop.OpenAsync(database);
        var acme = await shop.IntegratorAsync(30830);
        await shop.RecordAsync(shop.Order(1, code: null));
        (await shop.FindAsync(1)).ReferrerId.ShouldBeNull();
        (await shop.KindAsync(shop.Order(1))).ShouldBe(ChainOutcomeKind.Updated);
        (await shop.FindAsync(1)).ReferrerId.ShouldBe(acme);
        (await shop.KindAsync(shop.Order(1, code: null))).ShouldBe(ChainOutcomeKind.Unchanged);
    }

    [Fact]
    public async Task Amounts_of_78_digits_are_exact()
    {
        var shop = await ChainShop.OpenAsync(database);
        var most = (BigInteger.One << 256) - 1;
        var order = shop.Order(1);
        await shop.RecordAsync(order with { Take = order.Take with { Amount = most }, MakerOrderNonce = ulong.MaxValue });
        var kept = await shop.FindAsync(1);
        kept.TakeAmount.ShouldBe(most);
        kept.MakerOrderNonce.ShouldBe(ulong.MaxValue);
    }

    [Fact]
    public async Task DB44_an_order_by_the_integrators_own_wallet_keeps_its_code_and_is_marked()
    {
        var shop = await ChainShop.OpenAsync(database);
        var acme = await shop.IntegratorAsync(30830, ChainShop.Wallet(7));
        await shop.RecordAsync(shop.Order(1));
        var order = await shop.FindAsync(1);
        (order.ReferrerId, order.ReferralCode, order.SelfReferral).ShouldBe((acme, 30830, true));
    }

    [Fact]
    public async Task A_prepared_order_becomes_one_with_its_code_and_values()
    {
        var shop = await ChainShop.OpenAsync(database);
        var prepare = new PrepareChainOrder(shop.Transactions);
        var facts = shop.Order(1) with { GiveUsd = 5_000_000, CreatedAt = null, CreationTransactionHash = null };
        (await prepare.ExecuteAsync(shop.Program, facts, TimeSpan.FromHours(1), null, shop.Caller, CancellationToken.None)).Value.Kept.ShouldBeTrue();
        (await prepare.ExecuteAsync(shop.Program, facts, TimeSpan.FromHours(1), null, shop.Caller, CancellationToken.None)).Value.Kept.ShouldBeFalse();

        (await shop.KindAsync(shop.Order(1, code: null))).ShouldBe(ChainOutcomeKind.Updated);
        var order = await shop.FindAsync(1);
        (order.ReferralCode, order.GiveUsd).ShouldBe((30830, 5_000_000));

        await prepare.ExecuteAsync(shop.Program, facts with { OrderId = ChainShop.Hash(2) }, TimeSpan.FromHours(1), null, shop.Caller, CancellationToken.None);
        await shop.ReportAsync(shop.Event(2, ChainOrderState.Fulfilled));
        (await shop.FindAsync(2)).State.ShouldBe(ChainOrderState.Fulfilled);
    }

    [Fact]
    public async Task An_order_under_another_id_takes_the_values_of_what_was_prepared_for_it()
    {
        var shop = await ChainShop.OpenAsync(database);
        var prepare = new PrepareChainOrder(shop.Transactions);
        await prepare.ExecuteAsync(
            shop.Program, shop.Order(1) with { GiveUsd = 5_000_000 }, TimeSpan.FromHours(1), null, shop.Caller, CancellationToken.None);
        (await shop.KindAsync(shop.Order(2))).ShouldBe(ChainOutcomeKind.Created);
        var order = await shop.FindAsync(2);
        (order.PreparedOrderId, order.GiveUsd).ShouldBe((ChainShop.Hash(1), 5_000_000));
        (await shop.KindAsync(shop.Order(3))).ShouldBe(ChainOutcomeKind.Created);
        (await shop.FindAsync(3)).PreparedOrderId.ShouldBeNull();
    }

    [Fact]
    public async Task What_was_taken_for_a_twin_is_signed_later_all_the_same()
    {
        var shop = await ChainShop.OpenAsync(database);
        await PrepareAsync(shop, shop.Order(1) with { GiveUsd = 5_000_000 });
        await shop.RecordAsync(shop.Order(2));
        (await shop.OneAsync<bool>("select next_check_at is not null from prepared_orders where program_id = @p")).ShouldBeTrue();
        (await new FollowerState(shop.Database, shop.Clock).DueAsync(shop.Program.Id, 10, CancellationToken.None))
            .ShouldContain(due => due.OrderId == ChainShop.Hash(1));
        (await shop.ReportAsync(shop.Event(1, ChainOrderState.Fulfilled))).Value.Kind.ShouldBe(ChainOutcomeKind.Applied);
        (await shop.FindAsync(1)).GiveUsd.ShouldBe(5_000_000);
        (await shop.OneAsync<bool>("select next_check_at is null from prepared_orders where program_id = @p")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_announced_id_is_looked_up_before_any_twin_and_gives_its_code()
    {
        var shop = await ChainShop.OpenAsync(database);
        await PrepareAsync(shop, shop.Order(1) with { GiveUsd = 5_000_000 });
        await PrepareAsync(shop, shop.Order(2) with { GiveUsd = 6_000_000 });
        await PrepareAsync(shop, shop.Order(3, code: null) with { GiveUsd = 7_000_000 });
        var report = shop.Order(4, code: null) with { PreparedOrderId = ChainShop.Hash(1) };
        await shop.RecordAsync(report);
        var order = await shop.FindAsync(4);
        (order.ReferralCode, order.GiveUsd, order.PreparedOrderId).ShouldBe((30830, 5_000_000, ChainShop.Hash(1)));

        // Told only with a later report.
        await shop.RecordAsync(shop.Order(5, code: 8));
        (await shop.KindAsync(shop.Order(6, code: null) with { Maker = ChainShop.Wallet(8) })).ShouldBe(ChainOutcomeKind.Created);
        await shop.RecordAsync(shop.Order(6, code: null) with { Maker = ChainShop.Wallet(8), PreparedOrderId = ChainShop.Hash(2) });
        var late = await shop.FindAsync(6);
        (late.ReferralCode, late.GiveUsd).ShouldBe((30830, 6_000_000));
    }

    [Fact]
    public async Task A_contradiction_is_told_once_however_often_it_comes()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RecordAsync(shop.Order(1));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.OrderCancelled));
        for (var n = 0; n < 3; n++)
        {
            await shop.RecordAsync(shop.Order(1) with { PercentFee = 1 });
            await shop.ReportAsync(shop.Event(1, ChainOrderState.Fulfilled));
        }
        (await shop.QueryAsync<string>("select type from events where program_id = @p and type = 'order.event_refused'")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_nobody_signed_and_events_of_orders_that_never_came_are_forgotten()
    {
        var shop = await ChainShop.OpenAsync(database);
        await PrepareAsync(shop, shop.Order(1));
        await PrepareAsync(shop, shop.Order(2));
        await shop.RecordAsync(shop.Order(2));
        await shop.ReportAsync(shop.Event(3, ChainOrderState.Fulfilled));
        (await ListedAsync(shop)).ShouldBe([ChainShop.Hash(1)]);
        shop.Clock.Advance(TimeSpan.FromHours(2));
        (await ListedAsync(shop)).ShouldBeEmpty();
        var retention = new ChainRetention(shop.Database, shop.Clock);
        await retention.RunAsync(CancellationToken.None);
        (await shop.QueryAsync<string>("select order_id from prepared_orders where program_id = @p order by order_id")).Count.ShouldBe(2);
        shop.Clock.Advance(TimeSpan.FromDays(2));
        await retention.RunAsync(CancellationToken.None);
        (await shop.QueryAsync<string>("select order_id from prepared_orders where program_id = @p")).ShouldBe([ChainShop.Hash(2)]);
        (await shop.OneAsync<long>("select count(*) from chain_waiting_events where program_id = @p")).ShouldBe(1);
        shop.Clock.Advance(TimeSpan.FromDays(5));
        await retention.RunAsync(CancellationToken.None);
        (await shop.OneAsync<long>("select count(*) from chain_waiting_events where program_id = @p")).ShouldBe(0);
    }

    private static async Task<IReadOnlyList<string>> ListedAsync(ChainShop shop) => [.. (await new ChainOrderRecords(shop.Database, shop.Clock).ListAsync(
        shop.Program.Id, new ChainOrderFilter(State: ChainOrderRecords.Prepared), new PageRequest(10), CancellationToken.None)).Items.Select(item => item.OrderId)];

    private static Task PrepareAsync(ChainShop shop, ChainOrderReport facts) => new PrepareChainOrder(shop.Transactions).ExecuteAsync(
        shop.Program, facts, TimeSpan.FromHours(1), shop.Clock.GetUtcNow(), shop.Caller, CancellationToken.None);
}

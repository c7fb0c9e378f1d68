using Dapper;
using Tributary.ChainOrders;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.ChainOrders;

public sealed class IntegratorTests(ClassDatabase database) : IClassFixture<ClassDatabase>
{
    [Fact]
    public async Task DB40_parallel_registrations_get_distinct_numbers_in_sequence()
    {
        var shop = await ChainShop.OpenAsync(database);
        // What an order has carried is nobody's to inherit.
        await shop.RecordAsync(shop.Order(1, code: 5));
        var registered = await Task.WhenAll(Enumerable.Range(1, 64).Select(n => Task.Run(() =>
            shop.RegisterAsync(new NewIntegrator($"Integrator {n}", $"ext-{n}", Wallets: [ChainShop.Wallet(100 + n)])))));
        registered.ShouldAllBe(one => one.Created);
        registered.Select(one => one.Integrator.Code!.Value).Order().ShouldBe(Enumerable.Range(1, 65).Except([5]).Select(n => (long)n));

        var first = registered[0].Integrator;
        (await shop.RegisterAsync(new NewIntegrator("Again", "ext-1"))).ShouldSatisfyAllConditions(
            again => again.Created.ShouldBeFalse(), again => again.Integrator.Id.ShouldBe(first.Id), again => again.Integrator.Code.ShouldBe(first.Code));
        (await shop.RegisterAsync(new NewIntegrator("Again", Wallets: [ChainShop.Wallet(101)]))).Integrator.Id.ShouldBe(first.Id);
        (await shop.StandingAsync(first.Code!.Value)).ReferrerId.ShouldBe(first.Id);
        var register = new IntegratorRegister(shop.Database, shop.Transactions);
        var byWallet = await register.ListAsync(shop.Program.Id, new IntegratorFilter(ChainShop.Wallet(101)), new PageRequest(10), CancellationToken.None);
        byWallet.Items.Single().Id.ShouldBe(first.Id);
    }

    [Fact]
    public async Task DB40_a_number_is_permanent_and_the_operator_may_choose_one()
    {
        var shop = await ChainShop.OpenAsync(database);
        var chosen = await shop.RegisterAsync(new NewIntegrator("Acme", Code: 30830));
        chosen.Integrator.Code.ShouldBe(30830);
        var register = new IntegratorRegister(shop.Database, shop.Transactions);
        (await register.RegisterAsync(shop.Program, new NewIntegrator("Other", Code: 30830), shop.Caller, default)).Problem.Code.ShouldBe(ProblemCode.CodeTaken);
        var codes = new ReferrerCodes(shop.Database, shop.Transactions);
        (await codes.RetireAsync(shop.Program, "30830", shop.Caller, default)).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
        (await codes.ExpireAsync(shop.Program, "30830", shop.Clock.GetUtcNow().AddDays(1), shop.Caller, default)).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
        (await shop.RegisterAsync(new NewIntegrator("Next"))).Integrator.Code.ShouldBe(1);
    }

    [Fact]
    public async Task Where_codes_are_told_none_is_given()
    {
        var shop = await ChainShop.OpenAsync(database);
        var manual = shop.Program with
        {
            Settings = shop.Program.Settings with { DeBridge = new() { Codes = new() { Allocation = Tributary.Programs.CodeAllocation.Manual } } },
        };
        var register = new IntegratorRegister(shop.Database, shop.Transactions);
        (await register.RegisterAsync(manual, new NewIntegrator("Acme"), shop.Caller, default)).Problem.Code.ShouldBe(ProblemCode.MissingField);
        (await register.RegisterAsync(manual, new NewIntegrator("Acme", Code: 8), shop.Caller, default)).Value.Integrator.Code.ShouldBe(8);
    }

    [Fact]
    public async Task A_wallet_belongs_to_one_integrator()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RegisterAsync(new NewIntegrator("One", Wallets: [ChainShop.Wallet(1)]));
        var other = await shop.RegisterAsync(new NewIntegrator("Two", Wallets: [ChainShop.Wallet(2)]));
        var register = new IntegratorRegister(shop.Database, shop.Transactions);
        var change = new IntegratorChange(Wallets: [ChainShop.Wallet(1)]);
        (await register.ChangeAsync(shop.Program, other.Integrator.Id, change, shop.Caller, default)).Problem.Field.ShouldBe("wallets");
        (await register.FindAsync(shop.Program.Id, other.Integrator.Id, default))!.Wallets.ShouldBe([ChainShop.Wallet(2)]);
    }

    [Fact]
    public async Task DB41_a_claim_moves_orders_and_fees_once()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RecordAsync(shop.Order(1, code: 31805));
        await shop.RecordAsync(shop.Order(2, code: 31805));
        var order = shop.Order(3, code: 31805);
        await shop.RecordAsync(order with { Give = order.Give with { ChainId = ChainShop.Solana, Token = ChainShop.SolanaToken } });
        await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock));
        await shop.ReportAsync(shop.Event(3, ChainOrderState.ClaimedUnlock));
        (await shop.StandingAsync(31805)).ShouldSatisfyAllConditions(code => code.Status.ShouldBe("unclaimed"), code => code.Orders.ShouldBe(3));

        var claimer = (await shop.ClaimAsync(31805, name: "Late")).Value;
        (await shop.ClaimAsync(31805, claimer.Id)).Succeeded.ShouldBeTrue();
        (await shop.StandingAsync(31805)).ShouldSatisfyAllConditions(
            code => code.Status.ShouldBe("claimed"), code => code.ReferrerId.ShouldBe(claimer.Id), code => code.Orders.ShouldBe(3));
        (await shop.QueryAsync<(decimal Paid, decimal Available)>(
            "select paid, available from balances where program_id = @p and recipient_id = @id order by unit", new { id = claimer.Id }))
            .ShouldBe([(3000, 0), (0, 3000)]);
        (await shop.OneAsync<long>("select count(*) from transfers where program_id = @p and kind = 'pass_on'")).ShouldBe(2);
        var story = await shop.StoryAsync(2);
        story.Order.ReferrerId.ShouldBe(claimer.Id);
        story.Explanation["touches"]![0]!["reason"]!.GetValue<string>().ShouldBe("claimed_later");
        await shop.ReportAsync(shop.Event(2, ChainOrderState.ClaimedUnlock));
        (await shop.OneAsync<decimal>(
            "select paid from balances where program_id = @p and recipient_id = @id and unit = @unit",
            new { id = claimer.Id, unit = $"chain:1/{ChainShop.Usdc}" })).ShouldBe(6000);
        await shop.CheckAsync();

        var other = (await shop.RegisterAsync(new NewIntegrator("Other"))).Integrator;
        (await shop.ClaimAsync(31805, other.Id)).Problem.Code.ShouldBe(ProblemCode.CodeTaken);
        await shop.RecordAsync(shop.Order(4, code: 31806));
        (await shop.ClaimAsync(31806, other.Id)).Problem.Code.ShouldBe(ProblemCode.HasCode);
        (await shop.ClaimAsync(31807, other.Id)).Problem.Code.ShouldBe(ProblemCode.NotFound);
    }

    [Fact]
    public async Task DB41_orders_and_a_claim_at_once_lose_nothing()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RecordAsync(shop.Order(1, code: 31805));
        var claim = Task.Run(() => shop.ClaimAsync(31805, name: "Late"));
        await Task.WhenAll(Enumerable.Range(2, 30).Select(n => Task.Run(() => shop.RecordAsync(shop.Order(n, code: 31805) with
        {
            Events = [shop.Event(n, ChainOrderState.ClaimedUnlock)],
        }))));
        var claimer = (await claim).Value;
        (await shop.OneAsync<long>("select count(*) from orders where program_id = @p and referrer_id = @id", new { id = claimer.Id })).ShouldBe(31);
        (await shop.OneAsync<decimal>("select paid from balances where program_id = @p and recipient_id = @id", new { id = claimer.Id })).ShouldBe(90_000);
        await shop.CheckAsync();
    }

    [Fact]
    public async Task DB26_fees_are_paid_by_the_withdrawal_that_draws_them()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        foreach (var n in (int[])[1, 2])
        {
            var order = shop.Order(n);
            await shop.RecordAsync(order with { Give = order.Give with { ChainId = ChainShop.Solana, Token = ChainShop.SolanaToken } });
            await shop.ReportAsync(shop.Event(n, ChainOrderState.ClaimedUnlock));
        }
        (await shop.WithdrawAsync(50, 5999, 1, 2)).Problem.Code.ShouldBe(ProblemCode.AmountMismatch);
        (await shop.WithdrawAsync(50, 6000, 1, 2)).Value.Created.ShouldBeTrue();
        (await shop.WithdrawAsync(50, 6000, 2, 1)).Value.Created.ShouldBeFalse();
        (await shop.WithdrawAsync(50, 3000, 1)).Problem.Code.ShouldBe(ProblemCode.Conflict);
        (await shop.WithdrawAsync(51, 3000, 1)).Problem.Code.ShouldBe(ProblemCode.AmountMismatch);
        (await shop.OneAsync<(decimal, decimal)>("select available, paid from balances where program_id = @p")).ShouldBe((0, 6000));
        await shop.CheckAsync();
    }
}

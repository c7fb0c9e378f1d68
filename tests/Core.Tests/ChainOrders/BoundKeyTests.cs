using Tributary.ChainOrders;
using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.ChainOrders;

/// <summary>What a key that is bound to one integrator may not see does not exist for it, nor may it be taken (debridge.md § 1.3).</summary>
public sealed class BoundKeyTests(ClassDatabase database) : IClassFixture<ClassDatabase>
{
    [Theory]
    [InlineData(null)]
    [InlineData(5L)]
    public async Task Anothers_order_or_one_without_a_code_is_not_taken_and_keeps_no_refusal(long? code)
    {
        var shop = await ChainShop.OpenAsync(database);
        var acme = await shop.IntegratorAsync(30830);
        await shop.RecordAsync(shop.Order(1, code));
        var before = await shop.ImageAsync(1);
        (await shop.RecordAsync(shop.Order(1) with { Receiver = ChainShop.Wallet(3) }, acme)).Problem.Code.ShouldBe(ProblemCode.CodeNotYours);
        (await shop.RecordAsync(shop.Order(1, null) with { PercentFee = 9 }, acme)).Problem.Code.ShouldBe(ProblemCode.CodeNotYours);
        (await shop.ImageAsync(1)).ShouldBe(before);
        (await shop.StoryAsync(1)).Refused.ShouldBeEmpty();
        (await shop.QueryAsync<string>("select type from events where program_id = @p and order_key is not null")).ShouldBe(["order.created"]);
    }

    [Fact]
    public async Task What_the_gateway_handed_out_to_another_is_not_taken_under_its_own_id_or_as_announced()
    {
        var shop = await ChainShop.OpenAsync(database);
        var acme = await shop.IntegratorAsync(30830);
        await new PrepareChainOrder(shop.Transactions).ExecuteAsync(
            shop.Program, shop.Order(1, code: 5), TimeSpan.FromHours(1), null, shop.Caller, CancellationToken.None);
        (await shop.RecordAsync(shop.Order(1), acme)).Problem.Code.ShouldBe(ProblemCode.CodeNotYours);
        (await shop.RecordAsync(shop.Order(2) with { PreparedOrderId = ChainShop.Hash(1) }, acme)).Problem.Code.ShouldBe(ProblemCode.CodeNotYours);
        (await shop.OneAsync<long>("select count(*) from chain_orders where program_id = @p")).ShouldBe(0);
        (await shop.RecordAsync(shop.Order(3), acme)).Value.Kind.ShouldBe(ChainOutcomeKind.Created);
    }

    [Fact]
    public async Task What_a_token_is_called_is_said_by_the_programme_alone()
    {
        var shop = await ChainShop.OpenAsync(database);
        var acme = await shop.IntegratorAsync(30830);
        await shop.RecordAsync(shop.Order(1), acme);
        (await shop.OneAsync<long>("select count(*) from chain_tokens where program_id = @p")).ShouldBe(0);
        await shop.RecordAsync(shop.Order(2));
        (await shop.OneAsync<string>("select symbol from chain_tokens where program_id = @p")).ShouldBe("USDC");
    }
}

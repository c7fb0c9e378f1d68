using Tributary.ChainOrders;
using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.ChainOrders;

public sealed class ChainEventTests(ClassDatabase database) : IClassFixture<ClassDatabase>
{
    private static readonly ChainOrderState[] Unlock = [ChainOrderState.Fulfilled, ChainOrderState.SentUnlock, ChainOrderState.ClaimedUnlock];

    private static readonly ChainOrderState[] Cancel =
        [ChainOrderState.OrderCancelled, ChainOrderState.SentOrderCancel, ChainOrderState.ClaimedOrderCancel];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DB15_every_permutation_of_an_order_and_its_events_ends_the_same(bool unlock)
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        var random = new Random(15);
        string? expected = null;
        var number = 0;
        foreach (var order in Permutations([-1, 0, 1, 2]))
        {
            number++;
            var states = unlock ? Unlock : Cancel;
            foreach (var step in order)
                for (var times = random.Next(1, 4); times > 0; times--)
                    await SendAsync(shop, number, step < 0 ? null : states[step], step);
            // Hashes carry the order's number; all else must be the same.
            var image = Unnumbered(await shop.ImageAsync(number), number);
            expected ??= image;
            image.ShouldBe(expected, $"{string.Join(',', order)}");
        }
        await shop.CheckAsync();
    }

    [Fact]
    public async Task DB16_the_other_branch_is_refused_until_a_person_resolves_it()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.IntegratorAsync(30830);
        await shop.RecordAsync(shop.Order(1));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.OrderCancelled));
        var before = await shop.ImageAsync(1);
        (await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedUnlock))).Value.Problem!.Code.ShouldBe(ProblemCode.StateConflict);
        (await shop.ImageAsync(1)).ShouldBe(before);
        (await shop.StoryAsync(1)).Refused.Single().Problem.ShouldBe("state_conflict");

        (await shop.ResolveAsync(1, ChainBranch.Unlock)).Value.Kind.ShouldBe(ChainOutcomeKind.Applied);
        (await shop.FindAsync(1)).State.ShouldBe(ChainOrderState.ClaimedUnlock);
        (await shop.PostedAsync(1)).Count.ShouldBe(4);
        (await shop.ReportAsync(shop.Event(1, ChainOrderState.ClaimedOrderCancel))).Value.Problem!.Code.ShouldBe(ProblemCode.StateConflict);
        await shop.CheckAsync();

        (await shop.ResolveAsync(1, ChainBranch.Cancel)).Succeeded.ShouldBeTrue();
        (await shop.FindAsync(1)).State.ShouldBe(ChainOrderState.ClaimedOrderCancel);
        (await shop.OneAsync<decimal>("select sum(earned - reversed) from balances where program_id = @p")).ShouldBe(0);
        (await shop.QueryAsync<string>("select verb from audit_entries where program_id = @p")).ShouldBe(["order.resolved", "order.resolved"]);
        await shop.CheckAsync();
    }

    [Fact]
    public async Task A_stage_has_one_transaction_unless_another_supersedes_it()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RecordAsync(shop.Order(1));
        var first = shop.Event(1, ChainOrderState.Fulfilled);
        var second = first with { TransactionHash = ChainShop.Hash(77) };
        await shop.ReportAsync(first);
        (await shop.ReportAsync(second)).Value.Problem!.Code.ShouldBe(ProblemCode.EventConflict);
        (await shop.ReportAsync(second with { Supersedes = first.TransactionHash })).Value.Kind.ShouldBe(ChainOutcomeKind.Applied);
        (await shop.ReportAsync(first)).Value.Kind.ShouldBe(ChainOutcomeKind.Unchanged);
        (await shop.StoryAsync(1)).Stages.Single(stage => stage.State == ChainOrderState.Fulfilled).TransactionHash.ShouldBe(ChainShop.Hash(77));
    }

    [Fact]
    public async Task An_event_waits_for_its_order()
    {
        var shop = await ChainShop.OpenAsync(database);
        for (var n = 0; n < 3; n++)
            (await shop.ReportAsync(shop.Event(1, ChainOrderState.Fulfilled))).Value.Kind.ShouldBe(ChainOutcomeKind.Waiting);
        await shop.RecordAsync(shop.Order(1));
        (await shop.FindAsync(1)).State.ShouldBe(ChainOrderState.Fulfilled);
        (await shop.OneAsync<long>("select count(*) from chain_waiting_events where program_id = @p")).ShouldBe(0);
    }

    [Fact]
    public async Task A_skipped_stage_takes_the_time_of_the_next_until_its_own_is_known()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RecordAsync(shop.Order(1));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.SentUnlock, minutes: 9));
        (await shop.FindAsync(1)).FulfilledAt.ShouldBe(shop.Clock.GetUtcNow().AddMinutes(9));
        await shop.ReportAsync(shop.Event(1, ChainOrderState.Fulfilled, minutes: 4));
        var order = await shop.FindAsync(1);
        order.FulfilledAt.ShouldBe(shop.Clock.GetUtcNow().AddMinutes(4));
        order.State.ShouldBe(ChainOrderState.SentUnlock);
        (await shop.QueryAsync<string>("select type from events where program_id = @p and order_key is not null order by event_id"))
            .ShouldBe(["order.created", "order.unlock_sent", "order.details_added"]);
    }

    [Fact]
    public async Task The_state_of_an_external_call_only_goes_forward()
    {
        var shop = await ChainShop.OpenAsync(database);
        await shop.RecordAsync(shop.Order(1) with { ExternalCallState = ExternalCallState.AwaitingExecution });
        await shop.ReportAsync(shop.Event(1, ChainOrderState.Created) with
        {
            TransactionHash = null, BlockTimestamp = null, ExternalCallState = ExternalCallState.AwaitingOrderFulfillment,
        });
        (await shop.FindAsync(1)).ExternalCallState.ShouldBe(ExternalCallState.AwaitingExecution);
        await shop.ReportAsync(shop.Event(1, ChainOrderState.OrderCancelled));
        (await shop.FindAsync(1)).ExternalCallState.ShouldBe(ExternalCallState.Cancelled);
    }

    private static async Task SendAsync(ChainShop shop, int number, ChainOrderState? state, int step)
    {
        if (state is { } reached)
            (await shop.ReportAsync(shop.Event(number, reached, minutes: step + 1))).Value.Problem.ShouldBeNull();
        else
            (await shop.RecordAsync(shop.Order(number))).Value.Problem.ShouldBeNull();
    }

    private static string Unnumbered(string image, int number)
    {
        foreach (var base_ in Enumerable.Range(0, 8).Select(n => n * 2_000_000).Append(1_000_000))
            image = image.Replace(ChainShop.Hash(base_ + number), $"<{base_}>", StringComparison.Ordinal);
        return image;
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]), (first, rest) => (int[])[first, .. rest]);
}

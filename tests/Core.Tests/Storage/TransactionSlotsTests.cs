using Npgsql;
using Tributary.Storage;

namespace Tributary.Core.Tests.Storage;

public sealed class TransactionSlotsTests
{
    [Fact]
    public async Task One_more_than_the_limit_waits_until_another_has_ended()
    {
        using var slots = new TransactionSlots(2, TimeSpan.FromSeconds(30));
        var first = await slots.TakeAsync(default);
        using var second = await slots.TakeAsync(default);
        Task<TransactionSlots.Slot> third = slots.TakeAsync(default).AsTask();
        third.IsCompleted.ShouldBeFalse();
        first.Dispose();
        using var taken = await third;
    }

    [Fact]
    public async Task Waiting_too_long_is_an_outage()
    {
        using var slots = new TransactionSlots(1, TimeSpan.FromMilliseconds(20));
        using var only = await slots.TakeAsync(default);
        NpgsqlException outage = await Should.ThrowAsync<NpgsqlException>(async () => await slots.TakeAsync(default));
        DatabaseFault.IsOutage(outage).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_gives_up_takes_no_place()
    {
        using var slots = new TransactionSlots(1, TimeSpan.FromSeconds(30));
        var only = await slots.TakeAsync(default);
        using var leaving = new CancellationTokenSource();
        Task<TransactionSlots.Slot> impatient = slots.TakeAsync(leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => impatient);
        only.Dispose();
        using var next = await slots.TakeAsync(default);
    }
}

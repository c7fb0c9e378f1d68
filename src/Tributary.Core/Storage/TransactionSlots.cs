using Npgsql;

namespace Tributary.Storage;

/// <summary>
/// Lets a number of transactions run at once; the others wait in the order in which they came. Where PostgreSQL shares the
/// processors with the server, a few transactions that run through get more done than many that take turns.
/// </summary>
/// <param name="patience">How long one may wait before that counts as an outage.</param>
internal sealed class TransactionSlots(int most, TimeSpan patience) : IDisposable
{
    private readonly SemaphoreSlim free = new(most);

    /// <summary>Waits for a place. Fails with what <see cref="DatabaseFault.IsOutage"/> recognises when none comes free in time.</summary>
    public async ValueTask<Slot> TakeAsync(CancellationToken ct) => await free.WaitAsync(patience, ct)
        ? new Slot(free)
        : throw new NpgsqlException("Too many transactions are waiting for the database.", new TimeoutException());

    public void Dispose() => free.Dispose();

    /// <summary>A place that is given back when disposed.</summary>
    internal readonly struct Slot(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}

using System.Collections.Concurrent;

namespace Tributary.Server.Api.DeBridge.Gateway;

/// <summary>How many requests of one programme an upstream is asked at once; others wait a little.</summary>
internal sealed class GatewaySlots
{
    private const int AtOnce = 32;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<long, SemaphoreSlim> slots = new();

    /// <summary>Null: all are taken, and none became free in time. Whoever gets one disposes it.</summary>
    public async Task<IDisposable?> TakeAsync(long programId, CancellationToken ct)
    {
        var free = slots.GetOrAdd(programId, _ => new SemaphoreSlim(AtOnce));
        return await free.WaitAsync(LongestWait, ct) ? new Slot(free) : null;
    }

    private sealed class Slot(SemaphoreSlim taken) : IDisposable
    {
        public void Dispose() => taken.Release();
    }
}

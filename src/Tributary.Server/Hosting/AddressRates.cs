using System.Collections.Concurrent;
using System.Net;

namespace Tributary.Server.Hosting;

/// <summary>Counts by address within fixed minutes, on this node alone; IPv6 by /64 (promises.md § 5).</summary>
internal sealed class AddressRates(TimeProvider clock)
{
    /// <summary>Addresses in memory; when they are reached all are forgotten, which a minute later nobody notices.</summary>
    private const int MostAddresses = 100_000;

    private const int SecondsPerMinute = 60;

    /// <summary>A count holds its minute above these bits and the number of requests in them.</summary>
    private const int MinuteBits = 32;

    private readonly ConcurrentDictionary<UInt128, long> counts = new();

    // Counted here, because the dictionary takes all its locks to say how many it holds.
    private int held;

    /// <summary>Counts one.</summary>
    /// <returns>How many it were in the present minute.</returns>
    public int Count(IPAddress address)
    {
        var key = KeyOf(address);
        if (!counts.ContainsKey(key) && Interlocked.Increment(ref held) > MostAddresses)
        {
            Interlocked.Exchange(ref held, 1);
            counts.Clear();
        }
        var minute = Minute();
        var counted = counts.AddOrUpdate(
            key,
            static (_, now) => (now << MinuteBits) + 1,
            static (_, before, now) => before >> MinuteBits == now ? before + 1 : (now << MinuteBits) + 1,
            minute);
        return NumberOf(counted);
    }

    /// <summary>How many it were so far.</summary>
    public int Look(IPAddress address) =>
        counts.TryGetValue(KeyOf(address), out var count) && count >> MinuteBits == Minute() ? NumberOf(count) : 0;

    public int SecondsLeft() => SecondsPerMinute - (int)(clock.GetUtcNow().ToUnixTimeSeconds() % SecondsPerMinute);

    private static int NumberOf(long count) => (int)(count & int.MaxValue);

    private long Minute() => clock.GetUtcNow().ToUnixTimeSeconds() / SecondsPerMinute;

    private static UInt128 KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4
            ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) | UInt128.One << 127;
    }
}

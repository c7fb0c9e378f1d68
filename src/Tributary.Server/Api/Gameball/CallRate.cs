using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Tributary.Programs;

namespace Tributary.Server.Api.Gameball;

/// <summary>
/// Counts the calls that are not trusted, per API key, client address and group, within this second and this half minute.
/// Each node counts for itself.
/// </summary>
internal sealed class CallRate(TimeProvider clock)
{
    private const int HalfMinuteSeconds = 30;

    /// <summary>Callers in memory. Beyond it those whose half minute is over are forgotten, and if that is not enough, all.</summary>
    private const int MostCallers = 50_000;

    /// <summary>An IPv6 customer owns at least a /64, so its addresses count as one.</summary>
    private const int OwnedPrefixBytes = 8;

    private readonly ConcurrentDictionary<Counted, Windows> callers = new();

    /// <summary>Counts one call. The result is how many seconds to wait when it is one too many, else null.</summary>
    public int? Refuse(long keyNumber, IPAddress? address, RateGroup group, GameballSettings settings)
    {
        var (perSecond, perHalfMinute) = LimitsOf(group, settings);
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        var windows = callers.GetOrAdd(new Counted(keyNumber, Owner(address), group), _ => new Windows());
        if (callers.Count > MostCallers)
            Forget(second);
        lock (windows)
            return windows.Count(second, perSecond, perHalfMinute);
    }

    private static (int PerSecond, int PerHalfMinute) LimitsOf(RateGroup group, GameballSettings settings) => group switch
    {
        RateGroup.CustomersAndEvents => (settings.CustomerCallsPerSecond, settings.CustomerCallsPerHalfMinute),
        RateGroup.Others => (settings.OtherCallsPerSecond, settings.OtherCallsPerHalfMinute),
    };

    private static string Owner(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes(), 0, OwnedPrefixBytes)
            : address.ToString();
    }

    private void Forget(long second)
    {
        foreach (var (caller, windows) in callers)
        {
            if (windows.HalfMinute != second / HalfMinuteSeconds)
                callers.TryRemove(caller, out _);
        }
        if (callers.Count > MostCallers)
            callers.Clear();
    }

    private readonly record struct Counted(long KeyNumber, string Owner, RateGroup Group);

    private sealed class Windows
    {
        private long second;
        private int inSecond;
        private int inHalfMinute;

        public long HalfMinute { get; private set; }

        public int? Count(long now, int perSecond, int perHalfMinute)
        {
            if (now != second)
                (second, inSecond) = (now, 0);
            if (now / HalfMinuteSeconds != HalfMinute)
                (HalfMinute, inHalfMinute) = (now / HalfMinuteSeconds, 0);
            if (perHalfMinute > 0 && inHalfMinute >= perHalfMinute)
                return (int)(HalfMinuteSeconds - (now % HalfMinuteSeconds));
            if (perSecond > 0 && inSecond >= perSecond)
                return 1;
            inSecond++;
            inHalfMinute++;
            return null;
        }
    }
}

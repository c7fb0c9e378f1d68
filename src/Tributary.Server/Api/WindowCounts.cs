using System.Collections.Concurrent;

namespace Tributary.Server.Api;

/// <summary>At most so many within each window of so many seconds; 0 is without limit.</summary>
internal readonly record struct WindowLimit(int Seconds, int Most);

/// <summary>Counts by name within fixed windows. Each node counts for itself.</summary>
internal sealed class WindowCounts(TimeProvider clock)
{
    /// <summary>Names in memory. Beyond it those not counted in their longest window are forgotten, and if that is not enough, all.</summary>
    private const int MostNames = 50_000;

    private readonly ConcurrentDictionary<string, Counted> names = new(StringComparer.Ordinal);

    /// <summary>Counts one. The result is how many seconds to wait when it is one too many, which is then not counted; else null.</summary>
    public int? Count(string name, params WindowLimit[] limits)
    {
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        if (names.Count > MostNames)
            Forget(second);
        var counted = names.GetOrAdd(name, _ => new Counted(limits.Length));
        lock (counted)
            return counted.Count(second, limits);
    }

    /// <summary>How many seconds to wait where nothing more is let through, else null. Counts nothing.</summary>
    public int? Look(string name, params WindowLimit[] limits)
    {
        if (!names.TryGetValue(name, out var counted))
            return null;
        lock (counted)
            return counted.Wait(clock.GetUtcNow().ToUnixTimeSeconds(), limits);
    }

    private void Forget(long second)
    {
        foreach (var (name, counted) in names)
        {
            if (counted.IsOver(second))
                names.TryRemove(name, out _);
        }
        if (names.Count > MostNames)
            names.Clear();
    }

    private sealed class Counted(int windows)
    {
        private readonly (long Window, int Count)[] counts = new (long, int)[windows];
        private long forgetAt;

        public int? Count(long second, WindowLimit[] limits)
        {
            if (Wait(second, limits) is { } wait)
                return wait;
            for (var at = 0; at < limits.Length; at++)
                counts[at].Count++;
            forgetAt = second + limits.Max(limit => limit.Seconds);
            return null;
        }

        public int? Wait(long second, WindowLimit[] limits)
        {
            int? wait = null;
            for (var at = 0; at < limits.Length; at++)
            {
                var (seconds, most) = limits[at];
                if (counts[at].Window != second / seconds)
                    counts[at] = (second / seconds, 0);
                if (most > 0 && counts[at].Count >= most)
                    wait = Math.Max(wait ?? 0, (int)(seconds - (second % seconds)));
            }
            return wait;
        }

        public bool IsOver(long second) => second >= forgetAt;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Storage;

/// <summary>
/// Values of programmes kept in memory, filled on demand and forgotten when the <see cref="ChangeFeed"/> hears of a change.
/// While the feed is not current, values are read again before every use.
/// </summary>
public sealed class ChangeCache<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private readonly ChangeFeed feed;
    private readonly int most;
    private readonly Func<TValue, long> programOf;
    private readonly Lock writing = new();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<TKey, TValue> entries;
    private long generation;

    /// <param name="most">Entries at most; when they are reached all are dropped, because filling again costs one read each.</param>
    public ChangeCache(ChangeFeed feed, int most, Func<TValue, long> programOf, IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(feed);
        this.feed = feed;
        this.most = most;
        this.programOf = programOf;
        entries = new(comparer);
        feed.Changed += Forget;
    }

    public int Count => entries.Count;

    /// <summary>The value from memory alone.</summary>
    public bool TryRecall(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        value = null;
        return feed.IsCurrent && entries.TryGetValue(key, out value);
    }

    /// <summary>The value from memory or from <paramref name="load"/>; null, which is not kept, where there is none.</summary>
    public async ValueTask<TValue?> FindAsync(TKey key, Func<TKey, CancellationToken, Task<TValue?>> load, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(load);
        if (TryRecall(key, out var known))
            return known;
        var readIn = Volatile.Read(ref generation);
        var value = await load(key, ct);
        if (value is not null)
            Keep(key, value, readIn);
        return value;
    }

    private void Keep(TKey key, TValue value, long readIn)
    {
        lock (writing)
        {
            // A change heard while this was being read may be missing in it.
            if (readIn != generation)
                return;
            if (entries.Count >= most)
                entries.Clear();
            entries[key] = value;
        }
    }

    private void Forget(long? programId)
    {
        lock (writing)
        {
            generation++;
            if (programId is not { } one)
                entries.Clear();
            else
                foreach (var (key, value) in entries)
                    if (programOf(value) == one)
                        entries.TryRemove(key, out _);
        }
    }
}

using System.Collections.Concurrent;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>
/// Counts what the feed hears of, so that what was read before a change is known to be older than it. What was read takes the
/// count from before it was read.
/// </summary>
internal sealed class ChangeTicks
{
    /// <summary>Changes kept one by one; beyond, everything read until then is old.</summary>
    private const int MostKept = 50_000;

    private readonly ConcurrentDictionary<long, long> links = new();
    private readonly ConcurrentDictionary<long, long> referrers = new();
    private readonly ConcurrentDictionary<long, long> programs = new();
    private long now;
    private long everything;

    public ChangeTicks(ChangeFeed feed)
    {
        feed.Changed += programId =>
        {
            if (programId is { } one)
                Note(programs, one);
            else
                Volatile.Write(ref everything, Interlocked.Increment(ref now));
        };
        feed.PartChanged += part =>
        {
            if (part.Kind == ChangedPart.Link)
                Note(links, part.Id);
            else if (part.Kind == ChangedPart.Referrer)
                Note(referrers, part.Id);
            Noted?.Invoke();
        };
    }

    public event Action? Noted;

    public long Now => Volatile.Read(ref now);

    public bool IsOld(KnownLink link) =>
        link.Tick < Volatile.Read(ref everything)
        || (links.TryGetValue(link.LinkId, out var changed) && link.Tick < changed)
        || (referrers.TryGetValue(link.ReferrerId, out changed) && link.Tick < changed);

    public bool IsOld(long programId, long tick) =>
        tick < Volatile.Read(ref everything) || (programs.TryGetValue(programId, out var changed) && tick < changed);

    private void Note(ConcurrentDictionary<long, long> changes, long id)
    {
        var tick = Interlocked.Increment(ref now);
        if (changes.Count < MostKept)
        {
            changes[id] = tick;
            return;
        }
        Volatile.Write(ref everything, tick);
        changes.Clear();
    }
}

using System.Collections.Concurrent;

namespace Tributary.Campaigns;

/// <summary>
/// Definitions as read from their JSON. A version never changes, so nothing is ever invalidated; what has not been asked
/// for lately is dropped when the limit is reached.
/// </summary>
/// <param name="most">Definitions kept at most.</param>
public sealed class CampaignCache(int most = CampaignCache.Most)
{
    public const int Most = 4_096;

    // Two generations: what is asked for moves to the young one; when that is half the limit, the old one goes.
    private readonly Lock turning = new();
    private volatile ConcurrentDictionary<Key, CampaignDefinition> young = new();
    private volatile ConcurrentDictionary<Key, CampaignDefinition> old = new();

    internal int Count => young.Count + old.Count;

    /// <summary>The definition of that version, read from <paramref name="json"/> unless it is known.</summary>
    public CampaignDefinition Get(long programId, long campaignId, int version, ReadOnlyMemory<byte> json)
    {
        var key = new Key(programId, campaignId, version);
        if (young.TryGetValue(key, out var known))
            return known;
        if (!old.TryGetValue(key, out var definition))
            definition = CampaignJson.Parse(json.Span).Value;
        young[key] = definition;
        if (young.Count * 2 > most)
            Turn();
        return definition;
    }

    private void Turn()
    {
        lock (turning)
        {
            if (young.Count * 2 <= most)
                return;
            old = young;
            young = new();
        }
    }

    private readonly record struct Key(long ProgramId, long CampaignId, int Version);
}

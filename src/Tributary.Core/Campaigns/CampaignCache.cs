using System.Collections.Concurrent;

namespace Tributary.Campaigns;

/// <summary>
/// Definitions as read from their JSON. A version never changes, so nothing is ever invalidated; what has not been asked
/// for lately is dropped when the limit is reached.
/// </summary>
/// <param name="most">Definitions kept at most.</param>
internal sealed class CampaignCache(int most = CampaignCache.Most)
{
    public const int Most = 4_096;

    // Two generations: what is asked for moves to the young one; when that is half the limit, the old one goes.
    private readonly Lock turning = new();
    private volatile ConcurrentDictionary<Key, CampaignDefinition> young = new();
    private volatile ConcurrentDictionary<Key, CampaignDefinition> old = new();

    public int Count => young.Count + old.Count;

    /// <summary>Null: it is not known here and has to be read.</summary>
    public CampaignDefinition? Find(long programId, long campaignId, int version)
    {
        var key = new Key(programId, campaignId, version);
        if (young.TryGetValue(key, out var known))
            return known;
        if (old.TryGetValue(key, out known))
            Keep(key, known);
        return known;
    }

    /// <summary>Reads a definition from the JSON of its version and keeps it.</summary>
    public CampaignDefinition Add(long programId, long campaignId, int version, string json)
    {
        var definition = CampaignRow.Read(json);
        Keep(new Key(programId, campaignId, version), definition);
        return definition;
    }

    private void Keep(Key key, CampaignDefinition definition)
    {
        young[key] = definition;
        if (young.Count * 2 <= most)
            return;
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

using System.Collections.Concurrent;

namespace Tributary.Campaigns;

/// <summary>
/// Definitions as read from their JSON, found by that text, so nothing is ever invalidated; what has not been asked for
/// lately is dropped when the limit is reached.
/// </summary>
/// <param name="most">Definitions kept at most.</param>
internal sealed class CampaignCache(int most = CampaignCache.Most)
{
    public const int Most = 4_096;

    // Two generations: what is asked for moves to the young one; when that is half the limit, the old one goes.
    private readonly Lock turning = new();
    private volatile ConcurrentDictionary<string, CampaignDefinition> young = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, CampaignDefinition> old = new(StringComparer.Ordinal);

    public int Count => young.Count + old.Count;

    /// <summary>What the stored JSON of a version says.</summary>
    public CampaignDefinition Of(string json)
    {
        if (young.TryGetValue(json, out var known))
            return known;
        var definition = old.TryGetValue(json, out known) ? known : CampaignRow.Read(json);
        Keep(json, definition);
        return definition;
    }

    private void Keep(string json, CampaignDefinition definition)
    {
        young[json] = definition;
        if (young.Count * 2 <= most)
            return;
        lock (turning)
        {
            if (young.Count * 2 <= most)
                return;
            old = young;
            young = new(StringComparer.Ordinal);
        }
    }
}

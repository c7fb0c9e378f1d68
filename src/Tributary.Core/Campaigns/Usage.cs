using System.Collections.Frozen;
using System.Numerics;

namespace Tributary.Campaigns;

/// <summary>
/// A row that limits are judged by (MO-43). Rows are locked in this order, which compares code units and not words of a
/// language, so that two operations never wait for each other.
/// </summary>
/// <param name="Scope">What is counted, for instance <c>line:3/recipient:1000001</c>.</param>
/// <param name="Period">The calendar period, for instance <c>2026-11</c>.</param>
internal readonly record struct UsageKey(long CampaignId, string Scope, string Period) : IComparable<UsageKey>
{
    public int CompareTo(UsageKey other)
    {
        var byCampaign = CampaignId.CompareTo(other.CampaignId);
        if (byCampaign != 0)
            return byCampaign;
        var byScope = string.CompareOrdinal(Scope, other.Scope);
        return byScope != 0 ? byScope : string.CompareOrdinal(Period, other.Period);
    }

    public static bool operator <(UsageKey left, UsageKey right) => left.CompareTo(right) < 0;

    public static bool operator >(UsageKey left, UsageKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(UsageKey left, UsageKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(UsageKey left, UsageKey right) => left.CompareTo(right) >= 0;
}

/// <summary>What stands in a usage row.</summary>
internal readonly record struct UsageRow(BigInteger Amount, long Count);

/// <summary>What to add to a usage row; negative where a refund takes back.</summary>
internal readonly record struct UsageDelta(UsageKey Key, BigInteger Amount, long Count);

/// <summary>Usage rows as they were read under lock. A row that is not there stands at 0.</summary>
internal sealed class UsageSnapshot(IReadOnlyDictionary<UsageKey, UsageRow> rows)
{
    public static UsageSnapshot Empty { get; } = new(FrozenDictionary<UsageKey, UsageRow>.Empty);

    public UsageRow this[UsageKey key] => rows.GetValueOrDefault(key);

    /// <summary>The rows after a change, for what is judged next in the same operation.</summary>
    public UsageSnapshot With(IReadOnlyCollection<UsageDelta> deltas)
    {
        if (deltas.Count == 0)
            return this;
        var changed = rows.ToDictionary();
        foreach (var delta in deltas)
        {
            var row = changed.GetValueOrDefault(delta.Key);
            changed[delta.Key] = new UsageRow(row.Amount + delta.Amount, row.Count + delta.Count);
        }
        return new UsageSnapshot(changed);
    }
}

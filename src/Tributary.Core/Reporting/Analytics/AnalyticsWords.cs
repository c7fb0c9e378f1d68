using System.Collections.Frozen;

namespace Tributary.Reporting.Analytics;

/// <summary>The words by which questions name groupings and intervals.</summary>
public static class AnalyticsWords
{
    private static readonly FrozenDictionary<string, Grouping> ByWord = new Dictionary<string, Grouping>(StringComparer.Ordinal)
    {
        ["link"] = Grouping.Link,
        ["partner"] = Grouping.Partner,
        ["domain"] = Grouping.Domain,
        ["form"] = Grouping.Form,
        ["channel"] = Grouping.Channel,
        ["country"] = Grouping.Country,
        ["device"] = Grouping.Device,
        ["browser"] = Grouping.Browser,
        ["system"] = Grouping.System,
        ["referrer"] = Grouping.ReferringHost,
        ["utm_source"] = Grouping.UtmSource,
        ["utm_medium"] = Grouping.UtmMedium,
        ["utm_campaign"] = Grouping.UtmCampaign,
        ["campaign"] = Grouping.UtmCampaign,
        ["utm_term"] = Grouping.UtmTerm,
        ["utm_content"] = Grouping.UtmContent,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Interval> Intervals = new Dictionary<string, Interval>(StringComparer.Ordinal)
    {
        ["hour"] = Interval.Hour,
        ["day"] = Interval.Day,
        ["week"] = Interval.Week,
        ["month"] = Interval.Month,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All words for groupings, for whoever used another one.</summary>
    public static string Groupings { get; } = string.Join(", ", ByWord.Keys.Order(StringComparer.Ordinal));

    public static bool TryRead(string word, out Grouping grouping) => ByWord.TryGetValue(word, out grouping);

    public static bool TryRead(string word, out Interval interval) => Intervals.TryGetValue(word, out interval);

    public static string Of(Interval interval) => Intervals.First(word => word.Value == interval).Key;
}

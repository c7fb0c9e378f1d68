namespace Tributary.Clicks.Velocity;

/// <summary>A click that counts, as the rule of click velocity sees it.</summary>
/// <param name="Landed">The visitor that arrived at the merchant's page with it; null: none did.</param>
internal readonly record struct SeenClick(DateTimeOffset At, long LinkId, Guid? Landed);

/// <summary>How many clicks of one address are ordinary in a span of time.</summary>
/// <param name="Most">0: any number.</param>
internal readonly record struct VelocityLimit(TimeSpan Span, int Most);

/// <summary>Clicks of one address that came faster than people click.</summary>
/// <param name="LinkId">Null: on the referrer's links together.</param>
/// <param name="End">Just behind the last of them.</param>
internal sealed record Burst(long? LinkId, DateTimeOffset Start, DateTimeOffset End, int Clicks, int Landings);

/// <summary>
/// Click velocity (fraud.md F8): more clicks of an address prefix on a referrer or on a link than the limit, within any span of
/// its length, unless at least half of them landed with visitors of their own, as those of a carrier's network do.
/// </summary>
internal static class VelocityRule
{
    /// <param name="clicks">Of one referrer and address prefix, oldest first.</param>
    public static IReadOnlyList<Burst> Find(IReadOnlyList<SeenClick> clicks, VelocityLimit limit)
    {
        if (limit.Most == 0)
            return [];
        // What is too much on one link is too much for its referrer; a link is looked at by itself where landings on others excuse it.
        var ofReferrer = Bursts(clicks, null, limit);
        return
        [
            .. ofReferrer,
            .. clicks.GroupBy(click => click.LinkId)
                .SelectMany(link => Bursts([.. link], link.Key, limit))
                .Where(burst => !ofReferrer.Any(whole => whole.Start <= burst.Start && whole.End >= burst.End)),
        ];
    }

    private static List<Burst> Bursts(IReadOnlyList<SeenClick> clicks, long? linkId, VelocityLimit limit) =>
    [
        .. from span in Spans(clicks, limit)
           let burst = Measure(clicks, linkId, span)
           where burst.Landings * 2 < burst.Clicks
           select burst,
    ];

    /// <summary>First and last click of every stretch in which each lies in some span with too many.</summary>
    private static List<(int First, int Last)> Spans(IReadOnlyList<SeenClick> clicks, VelocityLimit limit)
    {
        var spans = new List<(int First, int Last)>();
        for (var last = limit.Most; last < clicks.Count; last++)
        {
            var first = last - limit.Most;
            if (clicks[last].At - clicks[first].At >= limit.Span)
                continue;
            if (spans is [.., var before] && first <= before.Last)
                spans[^1] = (before.First, last);
            else
                spans.Add((first, last));
        }
        return spans;
    }

    private static Burst Measure(IReadOnlyList<SeenClick> clicks, long? linkId, (int First, int Last) span)
    {
        var visitors = new HashSet<Guid>();
        for (var n = span.First; n <= span.Last; n++)
        {
            if (clicks[n].Landed is { } visitor)
                visitors.Add(visitor);
        }
        return new Burst(
            linkId, clicks[span.First].At, clicks[span.Last].At.AddMilliseconds(1), span.Last - span.First + 1, visitors.Count);
    }
}

namespace Tributary.Clicks.Intake;

/// <summary>
/// The last valid clicks of visitors on links, as one node saw them, to know a repeated one by.
/// </summary>
/// <param name="most">Marks in memory. When they are reached all are forgotten: what the database has is asked for anyway.</param>
internal sealed class RecentClicks(int most = RecentClicks.Most)
{
    private const int Most = 500_000;

    /// <summary>Longer than any programme's span for duplicates.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);

    private const int SweepEvery = 10_000;

    private readonly Dictionary<VisitorMark, ClickId> last = [];
    private int added;

    private readonly Lock judging = new();

    /// <summary>Judges clicks against those before them, and remembers the valid ones.</summary>
    public void Judge(IReadOnlyList<JudgedClick> clicks)
    {
        lock (judging)
        {
            foreach (var judged in clicks)
                Judge(judged);
        }
    }

    /// <summary>A valid click of the same visitor that another node or an earlier batch wrote.</summary>
    public void Repeat(JudgedClick judged, ClickId original)
    {
        judged.Repeats(original.Value);
        lock (judging)
        {
            if (last.TryGetValue(judged.Mark, out var noted) && noted == judged.Click.Id)
                last[judged.Mark] = original;
        }
    }

    private void Judge(JudgedClick judged)
    {
        if (!judged.CanBeRepeated)
            return;
        if (Find(judged) is { } original)
            judged.Repeats(original.Value);
        else
            Note(judged);
    }

    private ClickId? Find(JudgedClick judged)
    {
        var span = TimeSpan.FromSeconds(judged.Click.DuplicateSeconds);
        if (span == TimeSpan.Zero || !last.TryGetValue(judged.Mark, out var before) || before == judged.Click.Id)
            return null;
        var between = judged.Click.Id.At - before.At;
        return between >= TimeSpan.Zero && between < span ? before : null;
    }

    /// <summary>Marks in memory.</summary>
    internal int Count => last.Count;

    private void Note(JudgedClick judged)
    {
        // A click has two marks at most.
        if (last.Count + 2 > most)
            last.Clear();
        last[judged.Mark] = judged.Click.Id;
        if (judged.GivenMark is { } given)
            last[given] = judged.Click.Id;
        if (++added < SweepEvery)
            return;
        added = 0;
        Sweep(judged.Click.Id.At - Kept);
    }

    private void Sweep(DateTimeOffset before)
    {
        foreach (var (mark, click) in last)
            if (click.At < before)
                last.Remove(mark);
    }
}

using Npgsql;
using NpgsqlTypes;
using Tributary.Storage;

namespace Tributary.Clicks.Intake;

/// <summary>The clicks of one transaction, in order of their ids, and what is found out about them on the way.</summary>
internal sealed class ClickBatch
{
    private readonly Dictionary<(long Program, Guid Click), ClickId> repeated = [];
    private readonly Dictionary<VisitorMark, Guid> marked = [];
    private readonly Dictionary<VisitorMark, Guid> firstClicks = [];
    private bool hasAskedMarks;

    public ClickBatch(IReadOnlyList<Click> clicks) =>
        Clicks = [.. clicks.OrderBy(click => click.Id).Select(click => new JudgedClick(click))];

    public IReadOnlyList<JudgedClick> Clicks { get; private set; }

    /// <summary>Clicks of browsers that brought their id, as other nodes may have met them a moment ago.</summary>
    public void AskRepeated(LoadBatch load)
    {
        var asked = Clicks.Where(judged => judged.CanBeRepeated && SinceOf(judged) is not null).ToList();
        if (asked.Count == 0)
            return;
        load.Query(
            WriterStatements.Repeated,
            row => repeated[(row.GetInt64(0), row.GetGuid(1))] = new ClickId(row.GetGuid(2)),
            Param.Of([.. asked.Select(judged => judged.Mark.ProgramId)]),
            Param.Of([.. asked.Select(judged => judged.Mark.LinkId)]),
            Uuids(asked.Select(judged => (Guid?)judged.Mark.Key)),
            Uuids(asked.Select(judged => (Guid?)judged.Click.Id.Value)),
            Uuids(asked.Select(SinceOf)));
    }

    public void AskMarks(LoadBatch load)
    {
        hasAskedMarks = true;
        var first = FirstOfEachMark();
        if (first.Count > 0)
            load.Query(WriterStatements.Mark, ReadMark, MarkParameters(first));
    }

    public void AskFirstClicks(LoadBatch load)
    {
        var derived = FirstOfEachMark().Where(judged => judged.Click.VisitorFrom != VisitorSource.Brought).ToList();
        if (derived.Count == 0)
            return;
        load.Query(
            WriterStatements.FirstClicks,
            row => firstClicks[new VisitorMark(row.GetInt64(0), row.GetInt64(1), row.GetGuid(2))] = row.GetGuid(3),
            Param.Of([.. derived.Select(judged => judged.Mark.ProgramId)]),
            Param.Of([.. derived.Select(judged => judged.Mark.LinkId)]),
            Uuids(derived.Select(judged => (Guid?)judged.Mark.Key)));
    }

    /// <summary>Judges by what the database said: who repeats a click of before, and who is the first.</summary>
    public void Settle(RecentClicks recent)
    {
        foreach (var judged in Clicks.Where(judged => judged.CanBeRepeated))
        {
            if (OriginalOf(judged) is { } original)
                recent.Repeat(judged, original);
        }
        if (hasAskedMarks)
            SettleUnique();
    }

    /// <summary>Of shipped clicks: inserts those that are not there yet, keeps only them, and marks them.</summary>
    public async Task KeepInsertedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var inserted = new HashSet<(long, Guid)>();
        var load = new LoadBatch(connection);
        load.Query(WriterStatements.Ship, row => inserted.Add((row.GetInt64(0), row.GetGuid(1))));
        await load.RunAsync(ct);
        Clicks = [.. Clicks.Where(judged => inserted.Contains((judged.Click.ProgramId, judged.Click.Id.Value)))];
        var marking = new LoadBatch(connection);
        AskMarks(marking);
        if (!marking.IsEmpty)
            await marking.RunAsync(ct);
        SettleUnique();
    }

    public void WriteMarks(WriteBatch writes)
    {
        var given = Clicks.Where(judged => judged is { IsUnique: true, GivenMark: not null }).ToList();
        if (given.Count > 0)
        {
            writes.Add(
                WriterStatements.MarkGiven,
                Param.Of([.. given.Select(judged => judged.Mark.ProgramId)]),
                Param.Of([.. given.Select(judged => judged.Mark.LinkId)]),
                Uuids(given.Select(judged => (Guid?)judged.GivenMark!.Value.Key)),
                Uuids(given.Select(judged => (Guid?)judged.Click.Id.Value)),
                Days(given));
        }
        var again = FirstOfEachMark().Where(judged => !judged.IsUnique).ToList();
        if (again.Count > 0)
        {
            writes.Add(
                WriterStatements.TouchMarks,
                Param.Of([.. again.Select(judged => judged.Mark.ProgramId)]),
                Param.Of([.. again.Select(judged => judged.Mark.LinkId)]),
                Uuids(again.Select(judged => (Guid?)judged.Mark.Key)),
                Days(again));
        }
    }

    public void WriteBatchRows(WriteBatch writes, long number, DateTimeOffset now)
    {
        var programs = Clicks.GroupBy(judged => judged.Click.ProgramId).OrderBy(group => group.Key).ToList();
        if (programs.Count == 0)
            return;
        writes.Add(
            WriterStatements.Batches,
            Param.Of(number),
            Param.Of(now),
            Param.Of([.. programs.Select(group => group.Key)]),
            Param.Of([.. programs.Select(group => group.Count())]),
            Uuids(programs.Select(group => (Guid?)group.First().Click.Id.Value)),
            Uuids(programs.Select(group => (Guid?)group.Last().Click.Id.Value)));
    }

    public void WriteShipped(WriteBatch writes, DateTimeOffset now)
    {
        if (Clicks.Count == 0)
            return;
        var unique = Clicks.Where(judged => judged.IsUnique).ToList();
        if (unique.Count > 0)
            writes.Add(WriterStatements.FlagUnique, [Param.Of((int)ClickFlags.Unique), .. Keys(unique)]);
        writes.Add(WriterStatements.WakeWaiting, [Param.Of(now), .. Keys(Clicks)]);
    }

    private void SettleUnique()
    {
        foreach (var judged in Clicks.Where(judged => judged.CanBeRepeated))
            judged.IsUnique = marked.TryGetValue(judged.Mark, out var first) && first == judged.Click.Id.Value;
    }

    private ClickId? OriginalOf(JudgedClick judged)
    {
        if (repeated.TryGetValue((judged.Click.ProgramId, judged.Click.Id.Value), out var original))
            return original;
        if (!firstClicks.TryGetValue(judged.Mark, out var marking) || marking == judged.Click.Id.Value)
            return null;
        var first = new ClickId(marking);
        var between = judged.Click.Id.At - first.At;
        return first < judged.Click.Id && between < TimeSpan.FromSeconds(judged.Click.DuplicateSeconds) ? first : null;
    }

    private List<JudgedClick> FirstOfEachMark() =>
        [.. Clicks.Where(judged => judged.CanBeRepeated).DistinctBy(judged => judged.Mark)];

    private void ReadMark(NpgsqlDataReader row) =>
        marked[new VisitorMark(row.GetInt64(0), row.GetInt64(1), row.GetGuid(2))] = row.GetGuid(3);

    private static NpgsqlParameter[] MarkParameters(List<JudgedClick> first) =>
    [
        Param.Of([.. first.Select(judged => judged.Mark.ProgramId)]),
        Param.Of([.. first.Select(judged => judged.Mark.LinkId)]),
        Uuids(first.Select(judged => (Guid?)judged.Mark.Key)),
        Uuids(first.Select(judged => (Guid?)judged.Click.Id.Value)),
        Uuids(first.Select(SinceOf)),
        Days(first),
    ];

    /// <summary>From when on a click of the same visitor id makes this one a repetition; null: nobody else can know the visitor.</summary>
    private static Guid? SinceOf(JudgedClick judged) => judged.Click is { VisitorFrom: VisitorSource.Brought, DuplicateSeconds: > 0 } click
        ? ClickId.FirstAt(click.Id.At.AddSeconds(-click.DuplicateSeconds).AddMilliseconds(1)).Value
        : null;

    private static NpgsqlParameter[] Keys(IReadOnlyList<JudgedClick> clicks) =>
    [
        Param.Of([.. clicks.Select(judged => judged.Click.ProgramId)]),
        Uuids(clicks.Select(judged => (Guid?)judged.Click.Id.Value)),
    ];

    private static NpgsqlParameter<Guid?[]> Uuids(IEnumerable<Guid?> ids) =>
        new() { TypedValue = [.. ids], NpgsqlDbType = NpgsqlDbType.Uuid | NpgsqlDbType.Array };

    private static NpgsqlParameter<DateOnly[]> Days(IReadOnlyList<JudgedClick> clicks) =>
        new() { TypedValue = [.. clicks.Select(judged => judged.Click.CountedIn.Day)], NpgsqlDbType = NpgsqlDbType.Date | NpgsqlDbType.Array };
}

using Npgsql;
using NpgsqlTypes;
using Tributary.Storage;

namespace Tributary.Clicks.Intake;

/// <summary>What a batch adds to the counters, summed before it is written.</summary>
internal sealed class Counters
{
    private static readonly int Verdicts = VerdictWords.All.Count;

    private readonly SortedDictionary<(long Program, long Link, DateOnly Day), Tally> linkDays = [];
    private readonly SortedDictionary<(long Program, DateTimeOffset Hour), Tally> programHours = [];

    public bool IsEmpty => programHours.Count == 0;

    public void Add(JudgedClick judged)
    {
        var click = judged.Click;
        Of(linkDays, (click.ProgramId, click.LinkId, click.CountedIn.Day)).Add(judged);
        Of(programHours, (click.ProgramId, click.CountedIn.Hour)).Add(judged);
    }

    public void AddUnknown(long programId, DateTimeOffset hour, long requests) => Of(programHours, (programId, hour)).Unknown += requests;

    /// <param name="slot">The node's share of the keys (CL-71).</param>
    public void WriteTo(WriteBatch writes, short slot)
    {
        if (linkDays.Count > 0)
            writes.Add(CounterStatements.LinkDays, [.. LinkDayKeys(), Slot(slot), Sums(linkDays.Values)]);
        if (programHours.Count > 0)
            writes.Add(CounterStatements.ProgramHours, [.. HourKeys(), Slot(slot), Sums(programHours.Values)]);
    }

    private NpgsqlParameter[] LinkDayKeys() =>
    [
        Param.Of([.. linkDays.Keys.Select(key => key.Program)]),
        Param.Of([.. linkDays.Keys.Select(key => key.Link)]),
        new NpgsqlParameter<DateOnly[]> { TypedValue = [.. linkDays.Keys.Select(key => key.Day)], NpgsqlDbType = NpgsqlDbType.Date | NpgsqlDbType.Array },
    ];

    private NpgsqlParameter[] HourKeys() =>
    [
        Param.Of([.. programHours.Keys.Select(key => key.Program)]),
        Param.Of([.. programHours.Keys.Select(key => key.Hour)]),
    ];

    /// <summary>A row for each key; its columns in the order in which the statements name them.</summary>
    private static NpgsqlParameter<long[,]> Sums<TKey>(SortedDictionary<TKey, Tally>.ValueCollection tallies)
        where TKey : notnull
    {
        var sums = new long[tallies.Count, Verdicts + 3];
        var row = 0;
        foreach (var tally in tallies)
        {
            sums[row, 0] = tally.Requests;
            sums[row, 1] = tally.Unique;
            for (var verdict = 0; verdict < Verdicts; verdict++)
                sums[row, 2 + verdict] = tally.ByVerdict[verdict];
            sums[row, Verdicts + 2] = tally.Unknown;
            row++;
        }
        return new NpgsqlParameter<long[,]> { TypedValue = sums, NpgsqlDbType = NpgsqlDbType.Bigint | NpgsqlDbType.Array };
    }

    private static NpgsqlParameter Slot(short slot) => new NpgsqlParameter<short> { TypedValue = slot };

    private static Tally Of<TKey>(SortedDictionary<TKey, Tally> tallies, TKey key)
        where TKey : notnull
    {
        if (!tallies.TryGetValue(key, out var tally))
            tallies.Add(key, tally = new Tally());
        return tally;
    }

    private sealed class Tally
    {
        public long Requests { get; private set; }
        public long Unique { get; private set; }
        public long Unknown { get; set; }
        public long[] ByVerdict { get; } = new long[Verdicts];

        public void Add(JudgedClick judged)
        {
            Requests++;
            Unique += judged.IsUnique ? 1 : 0;
            ByVerdict[(int)judged.Verdict]++;
        }
    }
}

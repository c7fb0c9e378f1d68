using Npgsql;
using Tributary.Clicks;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>A click as it is counted. What it has of <see cref="Dimensions.All"/> stands in their order.</summary>
/// <param name="DomainId">Of its link; 0: the primary one.</param>
internal sealed record FoldedClick(
    Guid Id, long LinkId, long ReferrerId, long DomainId, Verdict Verdict, bool Unique, IReadOnlyList<string?> Properties)
{
    /// <summary>To be selected from <c>clicks c</c> with its link as <c>l</c>, who may have come to another referrer since.</summary>
    public static readonly string Columns =
        $"c.click_id, c.link_id, coalesce(l.referrer_id, c.referrer_id), coalesce(l.domain_id, 0), c.verdict, (c.flags & {(int)ClickFlags.Unique}) <> 0, {Dimensions.Columns}";

    /// <summary>How many columns <see cref="Read"/> takes.</summary>
    public static int Width => FirstProperty + Dimensions.All.Count;

    private const int FirstProperty = 6;

    public DateTimeOffset At => new ClickId(Id).At;

    public static FoldedClick Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetInt64(1),
        row.GetInt64(2),
        row.GetInt64(3),
        VerdictWords.TryRead(row.GetString(4), out var verdict) ? verdict : throw new InvalidOperationException("A verdict that is not known."),
        row.GetBoolean(5),
        [.. Dimensions.All.Select((_, n) => row.TextOrNull(FirstProperty + n))]);
}

internal readonly record struct DimensionKey(string Scope, long ScopeId, string Dimension, DateOnly Day, string Value);

/// <summary>Adds clicks up for every counter that is folded from them.</summary>
internal sealed class FoldedClicks(CountingZones zones)
{
    private readonly Dictionary<(long Id, DateTimeOffset Hour), ClickCounts> hours = [];
    private readonly Dictionary<(long Id, DateOnly Day), ClickCounts> links = [];
    private readonly Dictionary<(long Id, DateOnly Day), ClickCounts> referrers = [];
    private readonly Dictionary<(long Id, DateOnly Day), ClickCounts> domains = [];
    private readonly Dictionary<DimensionKey, ClickCounts> dimensions = [];

    /// <summary>Counts a click, or takes it back.</summary>
    /// <param name="by">1 or -1.</param>
    public void Add(FoldedClick click, long by = 1)
    {
        var counted = CountedIn.Of(click.At, zones.At(click.At));
        Count(hours, (click.LinkId, counted.Hour), click, by);
        Count(links, (click.LinkId, counted.Day), click, by);
        Count(referrers, (click.ReferrerId, counted.Day), click, by);
        Count(domains, (click.DomainId, counted.Day), click, by);
        for (var n = 0; n < Dimensions.All.Count; n++)
        {
            if (string.IsNullOrEmpty(click.Properties[n]))
                continue;
            foreach (var (scope, id) in ScopesOf(click))
                Count(dimensions, new DimensionKey(scope, id, Dimensions.All[n].Name, counted.Day, click.Properties[n]!), click, by);
        }
    }

    /// <summary>Adds what is not zero to the counters of a programme.</summary>
    /// <param name="hoursFrom">Hours before are not kept any more.</param>
    public void WriteTo(LoadBatch load, long programId, DateTimeOffset hoursFrom)
    {
        Write(load, programId, CounterSql.LinkHours, [.. hours.Where(hour => hour.Key.Hour >= hoursFrom)], key => key.Id, keys => Param.Of([.. keys.Select(key => key.Hour)]));
        WriteDays(load, programId, CounterSql.ReferrerDays, referrers);
        WriteDays(load, programId, CounterSql.DomainDays, domains);
        WriteDays(load, programId, CounterSql.LinkMonths, Months(links));
        WriteDays(load, programId, CounterSql.ReferrerMonths, Months(referrers));
        WriteDays(load, programId, CounterSql.DomainMonths, Months(domains));
        WriteDimensions(load, programId);
    }

    /// <summary>What moves of a link's days; the transaction of a click writes them itself, a recount moves them.</summary>
    public void WriteLinkDays(LoadBatch load, long programId) => WriteDays(load, programId, CounterSql.LinkDays, links);

    public void WriteProgramHours(LoadBatch load, long programId, DateTimeOffset hoursFrom)
    {
        var program = new Dictionary<(long Id, DateTimeOffset Hour), ClickCounts>();
        foreach (var ((_, hour), counts) in hours.Where(hour => hour.Key.Hour >= hoursFrom))
            (program.TryGetValue((0, hour), out var known) ? known : program[(0, hour)] = new ClickCounts()).Add(counts);
        var due = program.Where(row => !row.Value.IsZero).OrderBy(row => row.Key).ToList();
        if (due.Count > 0)
            load.Command(CounterSql.ProgramHours, [Param.Of(programId), Param.Of([.. due.Select(row => row.Key.Hour)]), .. ClickCounts.Parameters([.. due.Select(row => row.Value)])]);
    }

    private static void Count<TKey>(Dictionary<TKey, ClickCounts> counters, TKey key, FoldedClick click, long by)
        where TKey : notnull
    {
        if (!counters.TryGetValue(key, out var counts))
            counters[key] = counts = new ClickCounts();
        counts.Count(click.Verdict, click.Unique, by);
    }

    private static IEnumerable<(string Scope, long Id)> ScopesOf(FoldedClick click) =>
        [(Dimensions.Program, 0), (Dimensions.Referrer, click.ReferrerId), (Dimensions.Link, click.LinkId)];

    private static Dictionary<(long Id, DateOnly Day), ClickCounts> Months(Dictionary<(long Id, DateOnly Day), ClickCounts> days)
    {
        var months = new Dictionary<(long Id, DateOnly Day), ClickCounts>();
        foreach (var ((id, day), counts) in days)
        {
            var key = (id, new DateOnly(day.Year, day.Month, 1));
            (months.TryGetValue(key, out var known) ? known : months[key] = new ClickCounts()).Add(counts);
        }
        return months;
    }

    private static void WriteDays(LoadBatch load, long programId, string sql, Dictionary<(long Id, DateOnly Day), ClickCounts> counters) =>
        Write(load, programId, sql, [.. counters], key => key.Id, keys => Param.Of([.. keys.Select(key => key.Day)]));

    private static void Write<TKey>(
        LoadBatch load, long programId, string sql, IReadOnlyList<KeyValuePair<TKey, ClickCounts>> counters, Func<TKey, long> id,
        Func<IReadOnlyList<TKey>, NpgsqlParameter> times)
    {
        var due = counters.Where(row => !row.Value.IsZero).ToList();
        if (due.Count == 0)
            return;
        load.Command(
            sql,
            [
                Param.Of(programId),
                Param.Of([.. due.Select(row => id(row.Key))]),
                times([.. due.Select(row => row.Key)]),
                .. ClickCounts.Parameters([.. due.Select(row => row.Value)]),
            ]);
    }

    private void WriteDimensions(LoadBatch load, long programId)
    {
        var due = dimensions.Where(row => !row.Value.IsZero).ToList();
        if (due.Count == 0)
            return;
        load.Command(
            CounterSql.Dimensions,
            [
                Param.Of(programId),
                Param.Of([.. due.Select(row => row.Key.Scope)]),
                Param.Of([.. due.Select(row => row.Key.ScopeId)]),
                Param.Of([.. due.Select(row => row.Key.Dimension)]),
                Param.Of([.. due.Select(row => row.Key.Day)]),
                Param.Of([.. due.Select(row => row.Key.Value)]),
                .. ClickCounts.Parameters([.. due.Select(row => row.Value)]),
            ]);
    }
}

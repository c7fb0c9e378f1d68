using System.Data;
using System.Numerics;
using Npgsql;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>
/// Answers what a dashboard asks, from counters alone: the cost of a question grows with its days and groups, never with the
/// number of clicks (clicks.md CL-80). An answer is of one instant, and its parts add up to its totals.
/// </summary>
public sealed class AnalyticsQuery(Database database, TimeProvider clock)
{
    private const int UsualDays = 30;

    private const string PatienceSql = "set local statement_timeout = '2s'";

    private const string PendingSql = """
        select min(p.at)
        from (select min(b.committed_at) as at from click_batches b where b.program_id = $1
              union all
              select min(o.occurred_at) from outcome_changes o where o.program_id = $1) p
        """;

    private const string LinkNamesSql = "select l.link_id, l.public_id, l.label from links l where l.program_id = $1 and l.link_id = any($6)";

    private const string DomainNamesSql = "select d.domain_id, d.host, null from domains d where d.program_id = $1 and d.domain_id = any($6)";

    private const string PartnerNamesSql = """
        select r.referrer_id, r.key, r.name from referrers r where r.program_id = $1 and r.referrer_id = any($6)
        """;

    /// <summary>Called with each statement by tests that look at plans.</summary>
    internal Action<string>? Statement { get; set; }

    public async Task<Outcome<AnalyticsAnswer>> AskAsync(AnalyticsQuestion question, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Fault(clock.GetUtcNow()) is { } fault)
            return fault;
        await using var connection = await database.OpenAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        return await AnswerAsync(new CounterReader(connection, question, Statement), question, ct);
    }

    /// <summary>A question about a programme: without an end until today, without a beginning thirty days of it; of hours one day.</summary>
    public AnalyticsQuestion Complete(AnalyticsRange range, ReferralProgram program)
    {
        ArgumentNullException.ThrowIfNull(range);
        ArgumentNullException.ThrowIfNull(program);
        var to = range.To ?? program.DayOf(clock.GetUtcNow()).AddDays(1);
        var from = range.From ?? to.AddDays(range.Interval == Interval.Hour ? -1 : -UsualDays);
        return new AnalyticsQuestion(program.Id, program.Settings.Zone, from, to, range.Interval);
    }

    private async Task<AnalyticsAnswer> AnswerAsync(CounterReader reader, AnalyticsQuestion question, CancellationToken ct)
    {
        await reader.RunAsync(PatienceSql, ct);
        var asOf = question.ByLinks ? clock.GetUtcNow() : await PendingSinceAsync(reader, ct) ?? clock.GetUtcNow();
        var clicks = question.ByLinks ? Counter.ClicksOfLinks(question) : Counter.Clicks(question);
        var outcomes = question.ByLinks ? Counter.OutcomesOfLinks(question) : Counter.Outcomes(question);
        var (totals, series) = await reader.SeriesAsync(clicks, outcomes, ct);
        var groups = question.GroupBy is { } by ? await new GroupReader(reader, question).ReadAsync(by, totals, ct) : null;
        return new AnalyticsAnswer(asOf, totals, series, groups is null ? null : await NamedAsync(reader, question, groups, ct));
    }

    private static async Task<IReadOnlyList<GroupNumbers>> NamedAsync(
        CounterReader reader, AnalyticsQuestion question, IReadOnlyList<GroupNumbers> groups, CancellationToken ct)
    {
        var ids = groups.Select(group => group.Id).OfType<long>().ToArray();
        if (ids.Length == 0)
            return groups;
        var names = new Dictionary<long, (string? Key, string? Name)>();
        var sql = question.GroupBy switch { Grouping.Link => LinkNamesSql, Grouping.Domain => DomainNamesSql, _ => PartnerNamesSql };
        await reader.QueryAsync(sql, row => names[row.GetInt64(0)] = (row.TextOrNull(1), row.TextOrNull(2)), ct, Param.Of(ids));
        return [.. groups.Select(group => group.Id is { } id && names.TryGetValue(id, out var named) ? group with { Key = named.Key, Name = named.Name } : group)];
    }

    /// <summary>Since when something waits to be folded; null: nothing does.</summary>
    private static async Task<DateTimeOffset?> PendingSinceAsync(CounterReader reader, CancellationToken ct)
    {
        DateTimeOffset? since = null;
        await reader.QueryAsync(PendingSql, row => since = row.TimeOrNull(0), ct);
        return since;
    }
}

/// <summary>Reads counters for one question, all in the snapshot of its connection.</summary>
internal sealed class CounterReader(NpgsqlConnection connection, AnalyticsQuestion question, Action<string>? statement)
{
    public async Task RunAsync(string sql, CancellationToken ct)
    {
        var load = new LoadBatch(connection);
        load.Command(sql);
        await load.RunAsync(ct);
    }

    /// <param name="groups">Which groups a statement names; null: it names none.</param>
    /// <param name="hours">Whether its times are instants and not days.</param>
    public async Task QueryAsync(
        string sql, Action<NpgsqlDataReader> row, CancellationToken ct, NpgsqlParameter? groups = null, int limit = 0, bool hours = false)
    {
        statement?.Invoke(sql);
        var load = new LoadBatch(connection);
        load.Query(
            sql, row,
            [
                Param.Of(question.ProgramId),
                Param.Of(question.ScopeId),
                hours ? Param.Of(CountingZones.Midnight(question.From, question.Zone)) : Param.Of((DateOnly?)question.From),
                hours ? Param.Of(CountingZones.Midnight(question.To, question.Zone)) : Param.Of((DateOnly?)question.To),
                Param.Of((long)limit),
                .. groups is null ? Array.Empty<NpgsqlParameter>() : [groups],
            ]);
        await load.RunAsync(ct);
    }

    public async Task<(Numbers Totals, IReadOnlyList<IntervalNumbers> Series)> SeriesAsync(Counter clicks, Counter outcomes, CancellationToken ct)
    {
        var series = Intervals.Of(question).ToDictionary(start => start, _ => new Numbers());
        var totals = new Numbers();
        await QueryAsync(
            clicks.ClickSeriesSql,
            row =>
            {
                var counts = ClickCounts.Read(row, 1);
                totals.Add(counts);
                series[StartOf(row, clicks)].Add(counts);
            },
            ct, hours: clicks.IsHourly);
        await QueryAsync(
            outcomes.OutcomeSeriesSql,
            row =>
            {
                var (unit, amounts) = (row.GetString(1), ReadAmounts(row, 2));
                totals.Add(unit, amounts);
                // Outcomes are counted by day: hours do not tell them apart.
                if (question.Interval != Interval.Hour)
                    series[StartOf(row, outcomes)].Add(unit, amounts);
            },
            ct);
        return (totals, [.. series.OrderBy(part => part.Key).Select(part => new IntervalNumbers(part.Key, part.Value))]);
    }

    public static OutcomeAmounts ReadAmounts(NpgsqlDataReader row, int first) => new(
        row.GetInt64(first), row.GetInt64(first + 1), row.GetFieldValue<BigInteger>(first + 2), row.GetFieldValue<BigInteger>(first + 3),
        row.GetFieldValue<BigInteger>(first + 4), row.GetFieldValue<BigInteger>(first + 5));

    /// <summary>Hours were counted in the zone of their time, which need not be the zone of the question.</summary>
    private DateTimeOffset StartOf(NpgsqlDataReader row, Counter counter) => counter.IsHourly
        ? Clicks.CountedIn.Of(row.Time(0), question.Zone).Hour
        : CountingZones.Midnight(Intervals.StartOf(row.GetFieldValue<DateOnly>(0), question.Interval), question.Zone);
}

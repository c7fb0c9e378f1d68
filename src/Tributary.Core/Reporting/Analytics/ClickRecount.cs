using Npgsql;
using Tributary.Clicks;
using Tributary.Clicks.Agents;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>What is counted anew.</summary>
/// <param name="Day">On which it begins, in UTC.</param>
/// <param name="ReferrerId">Only its clicks of the address; null: all clicks.</param>
internal sealed record RecountedSpan(DateOnly Day, DateTimeOffset From, DateTimeOffset To, long? ReferrerId, string? Address);

/// <summary>One span of a programme, in the transaction of its connection and under the programme's lock against folding.</summary>
internal sealed class ClickRecount(
    NpgsqlConnection connection, long programId, RecountedSpan span, CountingZones zones, AgentTable agents, DateTimeOffset now)
{
    private static readonly string ClicksSql = $"""
        select {FoldedClick.Columns}, c.visitor_key, c.visitor_id, a.agent, c.flags, b.batch is not null,
               exists (select from velocity_findings v
                       where v.program_id = $1 and v.address = c.address and v.referrer_id = c.referrer_id
                         and (v.link_id is null or v.link_id = c.link_id)
                         and v.starts_at <= to_timestamp(('x' || substr(replace(c.click_id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0)
                         and v.ends_at > to_timestamp(('x' || substr(replace(c.click_id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0))
        from clicks c
        left join links l on l.program_id = c.program_id and l.link_id = c.link_id
        left join agents a on a.program_id = c.program_id and a.agent_id = c.agent_id
        left join click_batches b on b.program_id = c.program_id and b.batch = c.batch
        where c.program_id = $1 and c.click_id >= $2 and c.click_id < $3
        """;

    private static readonly string ClicksOfAddressSql = ClicksSql + " and c.referrer_id = $4 and c.address = $5";

    private static readonly string SomeSql = $"""
        select {FoldedClick.Columns}, b.batch is not null
        from clicks c
        left join links l on l.program_id = c.program_id and l.link_id = c.link_id
        left join click_batches b on b.program_id = c.program_id and b.batch = c.batch
        where c.program_id = $1 and c.click_id = any($2)
        """;

    /// <summary>What becomes a robot's remembers what it was but for its agent.</summary>
    private const string JudgeSql = """
        update clicks c
        set verdict = n.verdict, flags = case n.verdict when 'bot' then c.flags & ~$4 | n.was else c.flags end
        from unnest($2, $3, $5) as n (click_id, verdict, was)
        where c.program_id = $1 and c.click_id = n.click_id
        """;

    private const string FlagSql = """
        update clicks c set flags = case when n.is_unique then c.flags | $4 else c.flags & ~$4 end
        from unnest($2, $3) as n (click_id, is_unique)
        where c.program_id = $1 and c.click_id = n.click_id
        """;

    private readonly FoldedClicks counted = new(zones);
    private readonly FoldedClicks folded = new(zones);

    /// <returns>Clicks looked at, and how many went from which verdict to which.</returns>
    public async Task<(long Examined, IReadOnlyDictionary<string, long> Moved)> RunAsync(CancellationToken ct)
    {
        var examined = 0L;
        var changed = new List<(RecountedClick Was, Verdict Now)>();
        var read = new LoadBatch(connection);
        read.Query(
            span.ReferrerId is null ? ClicksSql : ClicksOfAddressSql,
            row =>
            {
                examined++;
                var click = Read(row);
                var verdict = RecountRules.Judge(click, agents);
                if (verdict != click.Click.Verdict)
                    changed.Add((click, verdict));
            },
            SpanParameters());
        await read.RunAsync(ct);
        if (changed.Count > 0)
            await MoveAsync(changed, ct);
        return (examined, changed
            .GroupBy(change => $"{VerdictWords.Of(change.Was.Click.Verdict)}>{VerdictWords.Of(change.Now)}")
            .ToDictionary(group => group.Key, group => (long)group.Count(), StringComparer.Ordinal));
    }

    private NpgsqlParameter[] SpanParameters()
    {
        NpgsqlParameter[] times = [Param.Of(programId), Param.Of((Guid?)ClickId.FirstAt(span.From).Value), Param.Of((Guid?)ClickId.FirstAt(span.To).Value)];
        return span.ReferrerId is null ? times : [.. times, Param.Of(span.ReferrerId), Param.Of(span.Address)];
    }

    private async Task MoveAsync(List<(RecountedClick Was, Verdict Now)> changed, CancellationToken ct)
    {
        var judge = new LoadBatch(connection);
        judge.Command(
            JudgeSql, Param.Of(programId), Ids(changed.Select(change => change.Was.Click.Id)),
            Param.Of([.. changed.Select(change => VerdictWords.Of(change.Now))]), Param.Of(ButForAgent.Bits),
            Param.Of([.. changed.Select(change => (int)ButForAgent.Of(change.Was.Click.Verdict))]));
        await judge.RunAsync(ct);
        var marks = new MovedMarks(connection, programId);
        await marks.PassOnAsync([.. changed.Where(change => change.Was.Click.Unique && change.Now != Verdict.Valid).Select(change => change.Was)], ct);
        await marks.TakeAsync([.. changed.Where(change => change.Now == Verdict.Valid).Select(change => change.Was)], span.Day, ct);
        marks.Won.ExceptWith(marks.Lost);
        await CountAsync(changed, marks, ct);
    }

    private async Task CountAsync(List<(RecountedClick Was, Verdict Now)> changed, MovedMarks marks, CancellationToken ct)
    {
        foreach (var (was, verdict) in changed)
            Move(was.Click, was.Click with { Verdict = verdict, Unique = IsUnique(was.Click) }, was.WaitsToBeFolded);
        var others = marks.Won.Union(marks.Lost).Except(changed.Select(change => change.Was.Click.Id)).ToList();
        var read = new LoadBatch(connection);
        read.Query(
            SomeSql,
            row =>
            {
                var click = FoldedClick.Read(row);
                Move(click, click with { Unique = IsUnique(click) }, row.GetBoolean(FoldedClick.Width));
            },
            Param.Of(programId), Ids(others));
        await read.RunAsync(ct);
        var write = new LoadBatch(connection);
        var flagged = marks.Won.Select(id => (Id: id, Unique: true)).Concat(marks.Lost.Select(id => (Id: id, Unique: false))).ToList();
        write.Command(
            FlagSql, Param.Of(programId), Ids(flagged.Select(flag => flag.Id)), Param.Of([.. flagged.Select(flag => flag.Unique)]),
            Param.Of((int)ClickFlags.Unique));
        counted.WriteLinkDays(write, programId);
        counted.WriteProgramHours(write, programId, now - Folding.HoursKept);
        folded.WriteTo(write, programId, now - Folding.HoursKept);
        await write.RunAsync(ct);

        bool IsUnique(FoldedClick click) => marks.Won.Contains(click.Id) || (click.Unique && !marks.Lost.Contains(click.Id));
    }

    /// <summary>What waits to be folded is folded as it is by then.</summary>
    private void Move(FoldedClick was, FoldedClick now, bool waitsToBeFolded)
    {
        counted.Add(was, -1);
        counted.Add(now);
        if (waitsToBeFolded)
            return;
        folded.Add(was, -1);
        folded.Add(now);
    }

    private static RecountedClick Read(NpgsqlDataReader row)
    {
        var after = FoldedClick.Width;
        return new RecountedClick(
            FoldedClick.Read(row), row.GuidOrNull(after), row.GuidOrNull(after + 1), row.TextOrNull(after + 2),
            ButForAgent.In((ClickFlags)row.GetInt32(after + 3)), row.GetBoolean(after + 5), row.GetBoolean(after + 4));
    }

    private static NpgsqlParameter Ids(IEnumerable<Guid> ids) => Param.Of([.. ids.Select(id => (Guid?)id)]);
}

using System.Text.Json.Nodes;
using Npgsql;
using Tributary.Clicks;
using Tributary.Clicks.Agents;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>
/// Counts days anew after a list, an exemption or a finding of click velocity has changed what their clicks are (clicks.md
/// CL-74): a programme and day at a time, rows, unique marks and all counters in one transaction.
/// </summary>
public sealed class Recounting(Database database, Folding folding, AgentTable agents, TimeProvider clock)
{
    /// <summary>How far back: invalid clicks and agents are not kept longer.</summary>
    public const int Days = 30;

    private const string ByLists = "lists";
    private const string ByVelocity = "velocity";

    /// <summary>Programmes whose clicks were judged by other lists than these; a programme without any takes them as they are.</summary>
    private const string AskByListsSql = """
        with changed as (
          update folds f set lists = $1
          where f.lists is distinct from $1
          returning f.program_id, (select o.lists is not null from folds o where o.program_id = f.program_id) as had)
        insert into recounts (program_id, day, cause, lists, asked_at)
        select c.program_id, d.day::date, 'lists', $1, $2
        from changed c
        cross join generate_series($3::date, $4::date, interval '1 day') as d (day)
        where c.had
        """;

    private const string AskByVelocitySql = """
        with found as (
          update velocity_findings v set recounted_at = $1 where v.recounted_at is null
          returning v.program_id, v.starts_at, v.ends_at)
        insert into recounts (program_id, day, cause, lists, asked_at)
        select distinct f.program_id, d.day::date, 'velocity', '{}'::jsonb, $1
        from found f
        cross join generate_series((f.starts_at - interval '14 hours')::date, (f.ends_at + interval '14 hours')::date, interval '1 day') as d (day)
        """;

    private const string OpenSql = "select r.program_id, min(r.day) from recounts r where r.state = 'open' group by r.program_id";

    private const string ClaimSql = """
        select r.recount_id
        from recounts r
        where r.program_id = $1 and r.day = $2 and r.state = 'open'
        order by r.recount_id
        for update skip locked
        """;

    private static readonly string ClicksSql = $"""
        select {FoldedClick.Columns}, c.visitor_key, a.agent, b.batch is not null,
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

    private static readonly string SomeSql = $"""
        select {FoldedClick.Columns}, b.batch is not null
        from clicks c
        left join links l on l.program_id = c.program_id and l.link_id = c.link_id
        left join click_batches b on b.program_id = c.program_id and b.batch = c.batch
        where c.program_id = $1 and c.click_id = any($2)
        """;

    private const string JudgeSql = """
        update clicks c set verdict = n.verdict
        from unnest($2, $3) as n (click_id, verdict)
        where c.program_id = $1 and c.click_id = n.click_id
        """;

    private const string FlagSql = """
        update clicks c set flags = case when n.is_unique then c.flags | $4 else c.flags & ~$4 end
        from unnest($2, $3) as n (click_id, is_unique)
        where c.program_id = $1 and c.click_id = n.click_id
        """;

    private const string DoneSql = """
        update recounts set state = 'done', examined = $3, changed = $4, moved = $5, done_at = $6 where program_id = $1 and recount_id = any($2)
        """;

    /// <summary>Asks for what has changed, and counts what was asked for.</summary>
    /// <returns>How many days were counted anew.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await AskAsync(ct);
        var counted = 0;
        while (true)
        {
            var open = await OpenAsync(ct);
            var done = 0;
            foreach (var (programId, day) in open)
            {
                ct.ThrowIfCancellationRequested();
                done += await RecountAsync(programId, day, ct) ? 1 : 0;
            }
            counted += done;
            if (done == 0)
                return counted;
        }
    }

    private async Task AskAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var lists = new JsonObject(agents.Sources.Select(source => KeyValuePair.Create(source.Source, (JsonNode?)JsonValue.Create($"{source.Date:yyyy-MM-dd}"))));
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Command(AskByListsSql, Param.Json(lists), Param.Of(now), Param.Of((DateOnly?)today.AddDays(-Days)), Param.Of((DateOnly?)today.AddDays(1)));
        load.Command(AskByVelocitySql, Param.Of(now));
        await load.RunAsync(ct);
    }

    private async Task<IReadOnlyList<(long ProgramId, DateOnly Day)>> OpenAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var open = new List<(long, DateOnly)>();
        var load = new LoadBatch(connection);
        load.Query(OpenSql, row => open.Add((row.GetInt64(0), row.GetFieldValue<DateOnly>(1))));
        await load.RunAsync(ct);
        return open;
    }

    /// <returns>False: another node counts it, or folds the programme just now.</returns>
    internal async Task<bool> RecountAsync(long programId, DateOnly day, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var scope = await connection.BeginTransactionAsync(ct);
        if (await folding.LockAsync(connection, programId, ct) is not { } zone)
            return false;
        var claimed = new List<long>();
        var claim = new LoadBatch(connection);
        claim.Query(ClaimSql, row => claimed.Add(row.GetInt64(0)), Param.Of(programId), Param.Of((DateOnly?)day));
        await claim.RunAsync(ct);
        if (claimed.Count == 0)
            return false;
        var (examined, moved) = await new DayRecount(connection, programId, day, zone, agents, clock.GetUtcNow()).RunAsync(ct);
        var done = new LoadBatch(connection);
        done.Command(
            DoneSql,
            Param.Of(programId), Param.Of(claimed), Param.Of(examined), Param.Of(moved.Sum(move => move.Value)),
            Param.Json(new JsonObject(moved.Select(move => KeyValuePair.Create(move.Key, (JsonNode?)JsonValue.Create(move.Value))))),
            Param.Of(clock.GetUtcNow()));
        await done.RunAsync(ct);
        await scope.CommitAsync(ct);
        return true;
    }

    /// <summary>One day, in the transaction of its connection and under the programme's lock against folding.</summary>
    private sealed class DayRecount(
        NpgsqlConnection connection, long programId, DateOnly day, TimeZoneInfo zone, AgentTable agents, DateTimeOffset now)
    {
        private readonly FoldedClicks counted = new(zone);
        private readonly FoldedClicks folded = new(zone);

        /// <returns>Clicks looked at, and how many went from which verdict to which.</returns>
        public async Task<(long Examined, IReadOnlyDictionary<string, long> Moved)> RunAsync(CancellationToken ct)
        {
            var examined = 0L;
            var changed = new List<(RecountedClick Was, Verdict Now)>();
            var read = new LoadBatch(connection);
            read.Query(
                ClicksSql,
                row =>
                {
                    examined++;
                    var click = Read(row);
                    var verdict = RecountRules.Judge(click, agents);
                    if (verdict != click.Click.Verdict)
                        changed.Add((click, verdict));
                },
                Param.Of(programId),
                Param.Of((Guid?)ClickId.FirstAt(Intervals.Midnight(day, zone)).Value),
                Param.Of((Guid?)ClickId.FirstAt(Intervals.Midnight(day.AddDays(1), zone)).Value));
            await read.RunAsync(ct);
            if (changed.Count > 0)
                await MoveAsync(changed, ct);
            return (examined, changed
                .GroupBy(change => $"{VerdictWords.Of(change.Was.Click.Verdict)}>{VerdictWords.Of(change.Now)}")
                .ToDictionary(group => group.Key, group => (long)group.Count(), StringComparer.Ordinal));
        }

        private async Task MoveAsync(List<(RecountedClick Was, Verdict Now)> changed, CancellationToken ct)
        {
            var judge = new LoadBatch(connection);
            judge.Command(
                JudgeSql, Param.Of(programId), Ids(changed.Select(change => change.Was.Click.Id)),
                Param.Of([.. changed.Select(change => VerdictWords.Of(change.Now))]));
            await judge.RunAsync(ct);
            var marks = new MovedMarks(connection, programId);
            await marks.PassOnAsync([.. changed.Where(change => change.Was.Click.Unique && change.Now != Verdict.Valid).Select(change => change.Was.Click.Id)], ct);
            await marks.TakeAsync([.. changed.Where(change => change.Now == Verdict.Valid).Select(change => change.Was)], day, ct);
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
                FoldedClick.Read(row), row.GuidOrNull(after), row.TextOrNull(after + 1), row.GetBoolean(after + 3), row.GetBoolean(after + 2));
        }

        private static NpgsqlParameter Ids(IEnumerable<Guid> ids) => Param.Of([.. ids.Select(id => (Guid?)id)]);
    }
}

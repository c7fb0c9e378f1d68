using Npgsql;
using Tributary.Clicks;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>
/// Folds clicks and outcomes into the roll-ups that dashboards read, exactly once: what is folded leaves its queue in the same
/// transaction (clicks.md CL-72). Any node may do it; a programme is folded by one at a time, and what a killed one had begun
/// is begun again.
/// </summary>
public sealed class Folding(Database database, TimeProvider clock)
{
    /// <summary>How long hours are told apart.</summary>
    public static readonly TimeSpan HoursKept = TimeSpan.FromDays(31);

    /// <summary>Clicks of one transaction, but for the batch that goes beyond; their memory is bounded by it.</summary>
    private const int MostClicks = 10_000;

    private const int MostChanges = 5_000;

    private const string ProgramsSql = """
        select b.program_id from click_batches b
        union
        select o.program_id from outcome_changes o
        union
        select m.program_id from referrer_merges m
        """;

    private const string BeginSql = """
        insert into folds (program_id, folded_at)
        select p.program_id, $2 from programs p where p.program_id = $1
        on conflict (program_id) do nothing
        """;

    private const string LockSql = """
        select coalesce(p.settings ->> 'timeZone', 'UTC'), p.former_zones::text
        from folds f
        join programs p on p.program_id = f.program_id
        where f.program_id = $1
        for update of f skip locked
        """;

    private const string BatchesSql = """
        with due as (
          select b.batch, b.first_click, b.last_click, sum(b.clicks) over (order by b.batch) - b.clicks as before
          from click_batches b
          where b.program_id = $1)
        delete from click_batches t
        using due
        where t.program_id = $1 and t.batch = due.batch and due.before < $2
        returning t.batch, t.first_click, t.last_click
        """;

    /// <summary>What lies between the ids of a batch and belongs to it.</summary>
    private static readonly string ClicksSql = $"""
        select {FoldedClick.Columns}
        from clicks c
        left join links l on l.program_id = c.program_id and l.link_id = c.link_id
        where c.program_id = $1 and c.batch = any($2) and c.click_id between $3 and $4
        """;

    private const string ChangesSql = """
        with gone as (
          delete from outcome_changes
          where program_id = $1
            and change_id in (select q.change_id from outcome_changes q where q.program_id = $1 order by q.change_id limit $2)
          returning referrer_id, link_id, click_id, day, unit, leads, conversions, revenue, refunds, refunded, rewards)
        select g.referrer_id, g.link_id, coalesce(l.domain_id, 0), g.click_id, g.day, g.unit, g.leads, g.conversions, g.revenue, g.refunds,
               g.refunded, g.rewards
        from gone g
        left join links l on l.program_id = $1 and l.link_id = g.link_id
        """;

    private const string CreditedSql = "select click_id, properties from credited_clicks where program_id = $1 and click_id = any($2)";

    private static readonly string NewCreditedSql =
        $"select c.click_id, {Dimensions.Columns} from clicks c where c.program_id = $1 and c.click_id = any($2)";

    private const string KeepCreditedSql = "insert into credited_clicks (program_id, click_id, properties) values ($1, $2, $3)";

    private const string EndSql = "update folds set folded_at = $2 where program_id = $1";

    /// <summary>Folds what waits in every programme.</summary>
    public async Task RunAsync(CancellationToken ct) => await PerProgram.RunAsync(await WaitingAsync(ct), programId => FoldAsync(programId, ct));

    /// <summary>Folds what waits in one programme, unless another node does.</summary>
    public async Task FoldAsync(long programId, CancellationToken ct)
    {
        while (await FoldOnceAsync(programId, ct))
            ct.ThrowIfCancellationRequested();
    }

    private async Task<IReadOnlyList<long>> WaitingAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var programs = new List<long>();
        var load = new LoadBatch(connection);
        load.Query(ProgramsSql, row => programs.Add(row.GetInt64(0)));
        await load.RunAsync(ct);
        return programs;
    }

    /// <returns>Whether more may wait.</returns>
    private async Task<bool> FoldOnceAsync(long programId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var scope = await connection.BeginTransactionAsync(ct);
        if (await LockAsync(connection, programId, ct) is not { } zones)
            return false;
        await FoldedMerges.MoveAsync(connection, programId, ct);
        var (clicks, more) = await FoldClicksAsync(connection, programId, zones, ct);
        var changes = await FoldOutcomesAsync(connection, programId, ct);
        var end = new LoadBatch(connection);
        end.Command(EndSql, Param.Of(programId), Param.Of(clock.GetUtcNow()));
        await end.RunAsync(ct);
        await scope.CommitAsync(ct);
        return (more && clicks > 0) || changes == MostChanges;
    }

    /// <returns>The programme's zones; null: another one folds it.</returns>
    internal async Task<CountingZones?> LockAsync(NpgsqlConnection connection, long programId, CancellationToken ct)
    {
        CountingZones? zones = null;
        var load = new LoadBatch(connection);
        load.Command(BeginSql, Param.Of(programId), Param.Of(clock.GetUtcNow()));
        load.Query(LockSql, row => zones = new CountingZones(row.GetString(0), CountingZones.Read(row.GetString(1))), Param.Of(programId));
        await load.RunAsync(ct);
        return zones;
    }

    private async Task<(int Clicks, bool More)> FoldClicksAsync(NpgsqlConnection connection, long programId, CountingZones zones, CancellationToken ct)
    {
        var batches = new List<(long Batch, Guid First, Guid Last)>();
        var take = new LoadBatch(connection);
        take.Query(
            BatchesSql, row => batches.Add((row.GetInt64(0), row.GetGuid(1), row.GetGuid(2))), Param.Of(programId), Param.Of((long)MostClicks));
        await take.RunAsync(ct);
        if (batches.Count == 0)
            return (0, false);
        var folded = new FoldedClicks(zones);
        var count = 0;
        var read = new LoadBatch(connection);
        read.Query(
            ClicksSql,
            row =>
            {
                folded.Add(FoldedClick.Read(row));
                count++;
            },
            Param.Of(programId),
            Param.Of([.. batches.Select(batch => batch.Batch)]),
            Param.Of((Guid?)batches.Select(batch => new ClickId(batch.First)).Min().Value),
            Param.Of((Guid?)batches.Select(batch => new ClickId(batch.Last)).Max().Value));
        await read.RunAsync(ct);
        var write = new LoadBatch(connection);
        folded.WriteTo(write, programId, clock.GetUtcNow() - HoursKept);
        await write.RunAsync(ct);
        return (count, count >= MostClicks);
    }

    private static async Task<int> FoldOutcomesAsync(NpgsqlConnection connection, long programId, CancellationToken ct)
    {
        var changes = new List<OutcomeChange>();
        var take = new LoadBatch(connection);
        take.Query(ChangesSql, row => changes.Add(OutcomeChange.Read(row)), Param.Of(programId), Param.Of(MostChanges));
        await take.RunAsync(ct);
        if (changes.Count == 0)
            return 0;
        var properties = await PropertiesAsync(
            connection, programId, [.. changes.Select(change => change.ClickId).OfType<Guid>().Distinct()], ct);
        var folded = new FoldedOutcomes();
        foreach (var change in changes)
            folded.Add(change, change.ClickId is { } click ? properties.GetValueOrDefault(click) : null);
        var write = new LoadBatch(connection);
        folded.WriteTo(write, programId);
        await write.RunAsync(ct);
        return changes.Count;
    }

    /// <summary>What credited clicks were; a click is remembered from its first credit on, long after its row says less.</summary>
    private static async Task<Dictionary<Guid, IReadOnlyList<string>>> PropertiesAsync(
        NpgsqlConnection connection, long programId, Guid[] clicks, CancellationToken ct)
    {
        var known = new Dictionary<Guid, IReadOnlyList<string>>();
        if (clicks.Length == 0)
            return known;
        var load = new LoadBatch(connection);
        load.Query(CreditedSql, row => known[row.GetGuid(0)] = row.GetFieldValue<string[]>(1), Param.Of(programId), Ids(clicks));
        await load.RunAsync(ct);
        var fresh = clicks.Where(click => !known.ContainsKey(click)).ToArray();
        if (fresh.Length == 0)
            return known;
        var read = new LoadBatch(connection);
        read.Query(
            NewCreditedSql,
            row => known[row.GetGuid(0)] = [.. Dimensions.All.Select((_, n) => Dimensions.ValueOf(row.TextOrNull(n + 1)))],
            Param.Of(programId), Ids(fresh));
        await read.RunAsync(ct);
        var keep = new LoadBatch(connection);
        foreach (var click in fresh)
        {
            known.TryAdd(click, [.. Dimensions.All.Select(_ => Dimensions.Unknown)]);
            keep.Command(KeepCreditedSql, Param.Of(programId), Param.Of((Guid?)click), Param.Of([.. known[click]]));
        }
        await keep.RunAsync(ct);
        return known;
    }

    private static NpgsqlParameter Ids(Guid[] ids) => Param.Of([.. ids.Select(id => (Guid?)id)]);
}

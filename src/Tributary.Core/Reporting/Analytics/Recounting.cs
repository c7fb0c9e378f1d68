using System.Text.Json.Nodes;
using Npgsql;
using Tributary.Clicks.Agents;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>
/// Counts clicks anew after a list, an exemption or a finding of click velocity has changed what they are (clicks.md CL-74): a day
/// of a programme, or what a finding covers, at a time; rows, unique marks and all counters in one transaction.
/// </summary>
public sealed class Recounting(Database database, Folding folding, AgentTable agents, TimeProvider clock)
{
    /// <summary>How far back: invalid clicks and agents are not kept longer.</summary>
    public const int Days = 30;

    private const string JudgedBySql = "select f.program_id, f.lists::text from folds f where f.lists is distinct from $1";

    /// <summary>A programme whose clicks were judged by none yet takes the lists as they are.</summary>
    private const string AskByListsSql = """
        with changed as (
          update folds f set lists = $2
          where f.program_id = $1 and f.lists is not distinct from $3
          returning f.program_id)
        insert into recounts (program_id, day, cause, from_at, to_at, lists, asked_at)
        select c.program_id, d.day::date, 'lists', d.day at time zone 'UTC', (d.day + interval '1 day') at time zone 'UTC', $2, $4
        from changed c
        cross join generate_series($5::timestamp, $6::timestamp, interval '1 day') as d (day)
        where $3 is not null
        """;

    private const string AskByVelocitySql = """
        with found as (
          update velocity_findings v set recounted_at = $1 where v.recounted_at is null
          returning v.program_id, v.referrer_id, v.address, v.starts_at, v.ends_at)
        insert into recounts (program_id, day, cause, from_at, to_at, referrer_id, address, asked_at)
        select f.program_id, (f.starts_at at time zone 'UTC')::date, 'velocity', f.starts_at, f.ends_at, f.referrer_id, f.address, $1
        from found f
        """;

    private const string OpenSql = "select r.program_id, min(r.recount_id) from recounts r where r.state = 'open' group by r.program_id";

    private const string ClaimSql = """
        select r.day, r.from_at, r.to_at, r.referrer_id, r.address, f.lists::text
        from recounts r
        join folds f on f.program_id = r.program_id
        where r.program_id = $1 and r.recount_id = $2 and r.state = 'open'
        for update of r skip locked
        """;

    private const string DoneSql = """
        update recounts set state = 'done', examined = $3, changed = $4, moved = $5, done_at = $6 where program_id = $1 and recount_id = $2
        """;

    /// <summary>Asks for what has changed, and counts what was asked for.</summary>
    /// <returns>How many days and findings were counted anew.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await AskAsync(ct);
        var counted = 0;
        while (true)
        {
            var done = 0;
            foreach (var (programId, recountId) in await OpenAsync(ct))
            {
                ct.ThrowIfCancellationRequested();
                done += await RecountAsync(programId, recountId, ct) ? 1 : 0;
            }
            counted += done;
            if (done == 0)
                return counted;
        }
    }

    private async Task AskAsync(CancellationToken ct)
    {
        var judgedBy = new List<(long ProgramId, string? Lists)>();
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(JudgedBySql, row => judgedBy.Add((row.GetInt64(0), row.TextOrNull(1))), Param.Json(agents.Versions.ToJson()));
        load.Command(AskByVelocitySql, Param.Of(clock.GetUtcNow()));
        await load.RunAsync(ct);
        foreach (var (programId, lists) in judgedBy.Where(known => known.Lists is null || agents.Versions.Supersede(ListVersions.Read(known.Lists))))
            await AskByListsAsync(connection, programId, lists, ct);
    }

    private async Task AskByListsAsync(NpgsqlConnection connection, long programId, string? lists, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var ask = new LoadBatch(connection);
        ask.Command(
            AskByListsSql, Param.Of(programId), Param.Json(agents.Versions.ToJson()), Param.Json(lists), Param.Of(now),
            Param.Of((DateOnly?)today.AddDays(-Days)), Param.Of((DateOnly?)today));
        await ask.RunAsync(ct);
    }

    private async Task<IReadOnlyList<(long ProgramId, long RecountId)>> OpenAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var open = new List<(long, long)>();
        var load = new LoadBatch(connection);
        load.Query(OpenSql, row => open.Add((row.GetInt64(0), row.GetInt64(1))));
        await load.RunAsync(ct);
        return open;
    }

    /// <returns>False: another node counts it, folds the programme just now, or has later lists.</returns>
    private async Task<bool> RecountAsync(long programId, long recountId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var scope = await connection.BeginTransactionAsync(ct);
        if (await folding.LockAsync(connection, programId, ct) is not { } zones || await ClaimAsync(connection, programId, recountId, ct) is not { } span)
            return false;
        var (examined, moved) = await new ClickRecount(connection, programId, span, zones, agents, clock.GetUtcNow()).RunAsync(ct);
        var done = new LoadBatch(connection);
        done.Command(
            DoneSql,
            Param.Of(programId), Param.Of(recountId), Param.Of(examined), Param.Of(moved.Sum(move => move.Value)),
            Param.Json(new JsonObject(moved.Select(move => KeyValuePair.Create(move.Key, (JsonNode?)JsonValue.Create(move.Value))))),
            Param.Of(clock.GetUtcNow()));
        await done.RunAsync(ct);
        await scope.CommitAsync(ct);
        return true;
    }

    private async Task<RecountedSpan?> ClaimAsync(NpgsqlConnection connection, long programId, long recountId, CancellationToken ct)
    {
        RecountedSpan? span = null;
        string? lists = null;
        var claim = new LoadBatch(connection);
        claim.Query(
            ClaimSql,
            row =>
            {
                span = new RecountedSpan(row.GetFieldValue<DateOnly>(0), row.Time(1), row.Time(2), row.LongOrNull(3), row.TextOrNull(4));
                lists = row.TextOrNull(5);
            },
            Param.Of(programId), Param.Of(recountId));
        await claim.RunAsync(ct);
        return lists is null || agents.Versions.SaySameAs(ListVersions.Read(lists)) ? span : null;
    }
}

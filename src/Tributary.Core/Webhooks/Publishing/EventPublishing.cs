using Dapper;
using Npgsql;
using Tributary.Storage;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Webhooks.Publishing;

/// <summary>What came of a try to publish.</summary>
public enum PublishingOutcome
{
    /// <summary>Everything that was committed has its position now.</summary>
    Done,

    /// <summary>Another node is at it, and may have begun before the last commit.</summary>
    Elsewhere,
}

/// <summary>
/// Gives committed events their positions, programme by programme. Numbers that events get while their operations run say
/// nothing of the order of the commits; positions are given afterwards, by one at a time and once for each event: to those that
/// the present snapshot sees and the former one did not. So a reader that has come to a position misses nothing below it, and an
/// operation that takes long holds up only its own events. What endpoints are to be told is queued in the same transaction.
/// </summary>
public sealed class EventPublishing(Database database, FanOut fanOut, TimeProvider clock)
{
    /// <summary>How long the stream can be resumed.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private const string ProgramsSql = """
        select p.program_id
        from programs p
        left join event_feeds f on f.program_id = p.program_id
        where f.era is distinct from $1
          -- In the order of the index, or a plan that expects many would read all events to find none.
          or (select e.event_id from events e
              where e.program_id = p.program_id and e.transaction_xid >= pg_snapshot_xmin(f.seen)
                and not pg_visible_in_snapshot(e.transaction_xid, f.seen)
              order by e.program_id, e.transaction_xid, e.event_id
              limit 1) is not null
          -- What ran at the last snapshot has ended: a new one spares the next questions the look at events told already.
          -- Where there are none such events, it would spare nothing, and one round would follow another on a busy server.
          or (pg_snapshot_xmin(f.seen) < pg_snapshot_xmax(f.seen) and pg_snapshot_xmin(pg_current_snapshot()) >= pg_snapshot_xmax(f.seen)
            and (select e.event_id from events e
                 where e.program_id = p.program_id and e.transaction_xid >= pg_snapshot_xmin(f.seen)
                 order by e.program_id, e.transaction_xid, e.event_id
                 limit 1) is not null)
        """;

    // A node that hangs in the middle must not hold up all others for ever.
    private const string LimitSql = "set local idle_in_transaction_session_timeout = '5s'";

    private const string BeginSql = "insert into event_feeds (program_id) values ($1) on conflict do nothing";

    private const string LockSql = """
        select f.position, f.era, f.seen::text
        from event_feeds f
        where f.program_id = $1
        for update skip locked
        """;

    private const string SnapshotSql = "select pg_current_snapshot()::text";

    private const string PublishSql = """
        insert into published_events (program_id, position, event_id, published_at)
        select $1, $2 + row_number() over (order by e.event_id), e.event_id, now()
        from events e
        where e.program_id = $1 and e.transaction_xid >= pg_snapshot_xmin($3::pg_snapshot)
          and not pg_visible_in_snapshot(e.transaction_xid, $3::pg_snapshot)
          and pg_visible_in_snapshot(e.transaction_xid, $4::pg_snapshot)
        """;

    // In a database of another era. Numbers from elsewhere would come up as new again one day; 3 is the first of all, and seen by every snapshot.
    private const string SettleSql = """
        update events set transaction_xid = '3' where program_id = $1 and transaction_xid >= pg_snapshot_xmax($2::pg_snapshot)
        """;

    /// <summary>There only the rows themselves tell which events have a position.</summary>
    private const string PublishAnewSql = """
        insert into published_events (program_id, position, event_id, published_at)
        select $1, $2 + row_number() over (order by e.event_id), e.event_id, now()
        from events e
        where e.program_id = $1 and e.occurred_at > $3 and pg_visible_in_snapshot(e.transaction_xid, $4::pg_snapshot)
          and not exists (select from published_events o where o.program_id = $1 and o.event_id = e.event_id)
        """;

    private const string EndSql = """
        update event_feeds f
        set seen = $2::pg_snapshot, era = $3,
            position = greatest(f.position, (select max(n.position) from published_events n where n.program_id = $1))
        where f.program_id = $1
        """;

    private const string TellSql = """
        select pg_notify($2, f.program_id::text) from event_feeds f where f.program_id = $1 and f.position > $3
        """;

    private const string ForgetSql = """
        delete from published_events p
        where p.program_id = @programId
          and p.position = any(array(select position from published_events where program_id = @programId order by position limit @size)) and p.published_at < now() - make_interval(secs => @kept)
        """;

    private const string AllProgramsSql = "select program_id from event_feeds";

    /// <summary>Programmes with events that have no position yet.</summary>
    public async Task<IReadOnlyList<long>> WaitingAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var (era, programs) = ("", new List<long>());
        var ask = new LoadBatch(connection);
        ask.Query(DatabaseEra.Sql, row => era = row.GetString(0));
        await ask.RunAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(ProgramsSql, row => programs.Add(row.GetInt64(0)), Param.Of(era));
        await load.RunAsync(ct);
        return programs;
    }

    /// <summary>Publishes what is committed now in one programme.</summary>
    public async Task<PublishingOutcome> PublishAsync(long programId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var scope = await connection.BeginTransactionAsync(ct);
        if (await LockAsync(connection, programId, ct) is not { } place)
            return PublishingOutcome.Elsewhere;
        var write = new LoadBatch(connection);
        if (place.IsSameEra)
            write.Command(PublishSql, Param.Of(programId), Param.Of(place.Position), Param.Of(place.Seen), Param.Of(place.Now));
        else
            PublishAnew(write, programId, place);
        var somebodyListens = fanOut.Add(write, programId, place.Position, place.Listeners);
        write.Command(EndSql, Param.Of(programId), Param.Of(place.Now), Param.Of(place.Era));
        write.Command(TellSql, Param.Of(programId), Param.Of(ChangeFeed.EventsChannel), Param.Of(place.Position));
        if (somebodyListens)
            write.Command(TellSql, Param.Of(programId), Param.Of(ChangeFeed.DeliveriesChannel), Param.Of(place.Position));
        await write.RunAsync(ct);
        await scope.CommitAsync(ct);
        return PublishingOutcome.Done;
    }

    /// <summary>Forgets positions that the stream cannot be resumed from any more.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var programs = new List<long>();
        var load = new LoadBatch(connection);
        load.Query(AllProgramsSql, row => programs.Add(row.GetInt64(0)));
        await load.RunAsync(ct);
        await PerProgram.RunAsync(programs, programId => InBatches.RunAsync(size => connection.ExecuteAsync(
            new CommandDefinition(ForgetSql, new { programId, size, kept = (long)Kept.TotalSeconds }, cancellationToken: ct))));
    }

    private void PublishAnew(LoadBatch write, long programId, Place place)
    {
        write.Command(SettleSql, Param.Of(programId), Param.Of(place.Now));
        write.Command(
            PublishAnewSql, Param.Of(programId), Param.Of(place.Position), Param.Of(clock.GetUtcNow() - Kept), Param.Of(place.Now));
    }

    private static async Task<Place?> LockAsync(NpgsqlConnection connection, long programId, CancellationToken ct)
    {
        var (position, known, seen, now, era, locked) = (0L, "", "", "", "", false);
        var listeners = new List<Listener>();
        var load = new LoadBatch(connection);
        load.Command(LimitSql);
        load.Command(BeginSql, Param.Of(programId));
        load.Query(
            LockSql,
            row => (position, known, seen, locked) = (row.GetInt64(0), row.GetString(1), row.GetString(2), true),
            Param.Of(programId));
        load.Query(SnapshotSql, row => now = row.GetString(0));
        load.Query(DatabaseEra.Sql, row => era = row.GetString(0));
        load.Query(FanOut.ListenersSql, row => listeners.Add(FanOut.Read(row)), Param.Of(programId));
        await load.RunAsync(ct);
        return locked ? new Place(position, known == era, seen, now, era, listeners) : null;
    }

    private sealed record Place(long Position, bool IsSameEra, string Seen, string Now, string Era, IReadOnlyList<Listener> Listeners);
}

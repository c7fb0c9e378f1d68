using Dapper;
using Npgsql;
using Tributary.Storage;

namespace Tributary.ChainOrders.Following;

/// <summary>What a node may ask a programme's upstream now.</summary>
/// <param name="AskedInMinute">Requests of the last minute, by whatever node.</param>
/// <param name="Failures">Turns that failed in a row, up to now.</param>
public sealed record FollowerLease(DateTimeOffset? PausedUntil, int Failures, int AskedInMinute);

/// <summary>An order to be asked for.</summary>
/// <param name="PreparedAt">Set where it was handed out and not seen on chain yet.</param>
public sealed record DueOrder(string OrderId, DateTimeOffset? PreparedAt, DateTimeOffset? ExpiresAt);

/// <summary>How following a programme's upstream goes.</summary>
/// <param name="Lag">How long the order that waits longest is overdue; null: none is.</param>
public sealed record FollowerHealth(DateTimeOffset? SucceededAt, DateTimeOffset? FailedAt, string? LastFailure, DateTimeOffset? PausedUntil, TimeSpan? Lag);

/// <summary>
/// What following an upstream has to remember: who does it, what was asked when, what is due. All of it is in the database, so a
/// node that is killed leaves nothing undone.
/// </summary>
public sealed class FollowerState(Database database, TimeProvider clock)
{
    /// <summary>A node that stops renewing is followed by another after this.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private const string ProgramsSql = """
        select p.program_id
        from programs p
        where p.settings -> 'debridge' ->> 'upstream' = any(@upstreams)
          and coalesce((p.settings #>> '{debridge,follower,enabled}')::boolean, true)
        """;

    private const string LeaseSql = """
        insert into chain_followers as f (program_id, node, leased_until)
        values (@programId, @node, @until)
        on conflict (program_id) do update set node = @node, leased_until = @until
        where f.program_id = @programId and (f.leased_until <= @now or f.node = @node)
        returning f.paused_until, f.failures, (select count(*)::int from unnest(f.asked_at) as asked (at) where asked.at > @minuteAgo) as asked_in_minute
        """;

    private const string DueSql = """
        (select c.order_id, null::timestamptz as prepared_at, null::timestamptz as expires_at
         from chain_orders c
         where c.program_id = @programId and c.next_check_at <= @now
         order by c.next_check_at limit @most)
        union all
        (select p.order_id, p.prepared_at, p.expires_at
         from prepared_orders p
         where p.program_id = @programId and p.next_check_at <= @now
         order by p.next_check_at limit @most)
        limit @most
        """;

    private const string AskSql = """
        update chain_followers
        set asked_at = array(select asked.at from unnest(asked_at) as asked (at) where asked.at > @minuteAgo) || array_fill(@now::timestamptz, array[@count])
        where program_id = @programId and node = @node
        """;

    private const string NextOfOrderSql = """
        update chain_orders set next_check_at = @at where program_id = @programId and order_id = @orderId and state not in ('ClaimedUnlock', 'ClaimedOrderCancel')
        """;

    private const string NextOfPreparedSql = """
        update prepared_orders set next_check_at = @at where program_id = @programId and order_id = @orderId
        """;

    private const string SucceedSql = """
        update chain_followers
        set failures = case when paused_until > @now then failures else 0 end, succeeded_at = @now
        where program_id = @programId
        """;

    private const string FailSql = """
        update chain_followers
        set failures = greatest(failures, @failures), failed_at = @now, last_failure = @failure, paused_until = greatest(paused_until, @until)
        where program_id = @programId
        """;

    private const string HealthSql = """
        select f.succeeded_at, f.failed_at, f.last_failure, f.paused_until,
               least((select min(c.next_check_at) from chain_orders c where c.program_id = @programId),
                     (select min(p.next_check_at) from prepared_orders p where p.program_id = @programId)) as due
        from chain_followers f
        where f.program_id = @programId
        """;

    /// <summary>Programmes that name one of these upstreams.</summary>
    public async Task<IReadOnlyList<long>> ProgramsAsync(IReadOnlyCollection<string> upstreams, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<long>(new CommandDefinition(ProgramsSql, new { upstreams = upstreams.ToArray() }, cancellationToken: ct))).AsList();
    }

    /// <summary>Takes or renews the programme's lease; null: another node has it.</summary>
    public Task<FollowerLease?> LeaseAsync(long programId, Guid node, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return QueryAsync<FollowerLease>(LeaseSql, new { programId, node, now, until = now + LeaseTime, minuteAgo = now - Minute }, ct);
    }

    /// <summary>Orders that are due before what was only handed out, those that have waited longest first.</summary>
    public async Task<IReadOnlyList<DueOrder>> DueAsync(long programId, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<DueOrder>(
            new CommandDefinition(DueSql, new { programId, now = clock.GetUtcNow(), most }, cancellationToken: ct))).AsList();
    }

    /// <summary>Writes down requests before they are sent.</summary>
    /// <returns>False: the lease went to another node meanwhile.</returns>
    public async Task<bool> AskAsync(long programId, Guid node, int count, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await ExecuteAsync(AskSql, new { programId, node, now, count, minuteAgo = now - Minute }, ct) == 1;
    }

    /// <param name="at">Null: not again.</param>
    public async Task NextAsync(long programId, string orderId, DateTimeOffset? at, CancellationToken ct)
    {
        if (await ExecuteAsync(NextOfOrderSql, new { programId, orderId, at }, ct) == 0)
            await ExecuteAsync(NextOfPreparedSql, new { programId, orderId, at }, ct);
    }

    /// <summary>Somebody has seen the order elsewhere: it is asked for as soon as may be.</summary>
    public Task NowAsync(long programId, string orderId, CancellationToken ct) => NextAsync(programId, orderId, clock.GetUtcNow(), ct);

    /// <summary>A pause that others of the same turn have met goes on.</summary>
    public Task SucceedAsync(long programId, CancellationToken ct) => ExecuteAsync(SucceedSql, new { programId, now = clock.GetUtcNow() }, ct);

    /// <param name="failures">Turns in a row that failed, with this one.</param>
    /// <param name="pause">How long nothing is asked.</param>
    public Task FailAsync(long programId, string failure, int failures, TimeSpan pause, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return ExecuteAsync(FailSql, new { programId, now, failure, failures, until = now + pause }, ct);
    }

    /// <summary>Null: the programme's upstream was never asked.</summary>
    public async Task<FollowerHealth?> HealthAsync(long programId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await QueryAsync<HealthRow>(HealthSql, new { programId }, ct) is { } row
            ? new FollowerHealth(row.SucceededAt, row.FailedAt, row.LastFailure, row.PausedUntil, row.Due < now ? now - row.Due : null)
            : null;
    }

    private async Task<T?> QueryAsync<T>(string sql, object arguments, CancellationToken ct)
        where T : class
    {
        await using NpgsqlConnection connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: ct));
    }

    private async Task<int> ExecuteAsync(string sql, object arguments, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: ct));
    }

    private sealed record HealthRow(DateTimeOffset? SucceededAt, DateTimeOffset? FailedAt, string? LastFailure, DateTimeOffset? PausedUntil, DateTimeOffset? Due);
}

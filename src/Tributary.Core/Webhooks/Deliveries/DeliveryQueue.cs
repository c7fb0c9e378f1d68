using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Tributary.Keys;
using Tributary.Storage;

namespace Tributary.Webhooks.Deliveries;

/// <summary>
/// What is to be sent, and who may send it. A sender takes an endpoint for a short while, longer than one attempt takes, and
/// extends it with whatever it writes. Nothing marks a delivery as being sent: who loses the lease leaves everything as it was,
/// and another one goes on within the time of a lease.
/// </summary>
public sealed class DeliveryQueue(Database database, ISecretSealer sealer)
{
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(25);

    private const string DueSql = """
        select l.program_id, l.endpoint_id, l.failing_since is not null
        from webhook_lanes l
        join webhook_endpoints w on w.program_id = l.program_id and w.endpoint_id = l.endpoint_id
        where w.active and l.leased_until < clock_timestamp() and (l.paused_until <= $1 or l.paused_until > $2)
          and (exists (
              select from deliveries d where d.program_id = l.program_id and d.endpoint_id = l.endpoint_id and d.state = 'new')
            or exists (
              select from deliveries d
              where d.program_id = l.program_id and d.endpoint_id = l.endpoint_id and d.state = 'waiting' and d.due_at <= $1)
            or exists (
              select from deliveries d
              where d.program_id = l.program_id and d.endpoint_id = l.endpoint_id and d.state = 'waiting' and d.due_at > $2))
        """;

    private const string DueOrderSql = "order by l.failing_since is not null, random()";

    private const string DueOfAllSql = $"{DueSql} {DueOrderSql}";

    private const string DueOfSomeSql = $"{DueSql} and l.program_id = any($3) {DueOrderSql}";

    private const string ClaimSql = """
        with free as (
          select l.endpoint_id from webhook_lanes l
          where l.program_id = $1 and l.endpoint_id = $2 and l.leased_until < clock_timestamp()
          for update skip locked)
        update webhook_lanes l
        set lease = l.lease + 1, leased_until = clock_timestamp() + make_interval(secs => $3)
        from free
        where l.program_id = $1 and l.endpoint_id = free.endpoint_id
        returning l.lease
        """;

    private const string RenewSql = """
        update webhook_lanes l
        set leased_until = clock_timestamp() + make_interval(secs => $4)
        where l.program_id = $1 and l.endpoint_id = $2 and l.lease = $3
        returning l.lease
        """;

    private const string TargetSql = """
        select w.key, w.url, w.format, w.sealed_secret, case when w.former_until > now() then w.former_secret end, w.concurrency, w.sealed_headers,
               l.failing_since
        from webhook_endpoints w
        join webhook_lanes l on l.program_id = w.program_id and l.endpoint_id = w.endpoint_id
        where w.program_id = $1 and w.endpoint_id = $2 and w.active and l.lease = $3 and (l.paused_until <= $4 or l.paused_until > $5)
        """;

    private const string Told = """
        left join events e on e.program_id = d.program_id and e.event_id = d.event_id
        cross join lateral (select d.position) p
        """;

    private const string NewSql = $"""
        select {QueuedDelivery.Columns}, {Publishing.PublishedEvent.Columns}
        from deliveries d
        {Told}
        where d.program_id = $1 and d.endpoint_id = $2 and d.state = 'new'
        order by d.delivery_id
        limit $3
        """;

    // Two ranges of the index, each by itself: together they would be read as all that waits.
    private const string WaitingSql = $"""
        select {QueuedDelivery.Columns}, {Publishing.PublishedEvent.Columns}
        from (
          (select * from deliveries w
           where w.program_id = $1 and w.endpoint_id = $2 and w.state = 'waiting' and w.due_at <= $4
           order by w.due_at, w.delivery_id
           limit $3)
          union all
          (select * from deliveries w
           where w.program_id = $1 and w.endpoint_id = $2 and w.state = 'waiting' and w.due_at > $5
           order by w.due_at, w.delivery_id
           limit $3)) d
        {Told}
        where d.program_id = $1
        order by d.due_at, d.delivery_id
        limit $3
        """;

    // What was ended while it was on its way stays ended, unless it arrived. Of somebody who was erased meanwhile nothing is kept.
    private const string FateSql = """
        update deliveries d
        set attempts = coalesce(u.attempt, d.attempts), body = case when not d.erased then coalesce(u.body, d.body) end,
            state = case when d.ended_at is null or u.state = 'delivered' then u.state else d.state end,
            due_at = case when d.ended_at is null or u.state = 'delivered' then u.due_at else d.due_at end,
            ended_at = case when d.ended_at is null or u.state = 'delivered' then case when u.state <> 'waiting' then now() end else d.ended_at end
        from unnest($3, $4, $5, $6, $7) as u (delivery_id, state, attempt, due_at, body)
        where d.program_id = $1 and d.endpoint_id = $2 and d.delivery_id = u.delivery_id
        """;

    private const string AttemptsSql = """
        insert into delivery_attempts (program_id, delivery_id, attempt, attempted_at, duration_ms, status, answer)
        select $1, u.delivery_id, u.attempt, u.at, u.duration, u.status, case when not d.erased then u.answer end
        from unnest($2, $3, $4, $5, $6, $7) as u (delivery_id, attempt, at, duration, status, answer)
        join deliveries d on d.program_id = $1 and d.delivery_id = u.delivery_id
        on conflict do nothing
        """;

    private const string NewsSql = """
        update webhook_lanes l
        set leased_until = clock_timestamp() + make_interval(secs => $4),
            failing_since = case when $5 then null when $6 then coalesce(l.failing_since, $7) else l.failing_since end,
            warned_at = case when $5 then null else l.warned_at end,
            paused_until = case
              when exists (select from webhook_endpoints w where w.program_id = $1 and w.endpoint_id = $2 and w.url is distinct from $9) then l.paused_until
              else coalesce($8, l.paused_until) end
        where l.program_id = $1 and l.endpoint_id = $2 and l.lease = $3
        returning l.lease
        """;

    private const string ReleaseSql = """
        update webhook_lanes l set leased_until = '-infinity' where l.program_id = $1 and l.endpoint_id = $2 and l.lease = $3
        """;

    /// <summary>Endpoints that nobody sends to and that something is due for, those that work first.</summary>
    /// <param name="programs">Whose endpoints are looked at; null: everybody's.</param>
    public async Task<IReadOnlyList<DueLane>> DueAsync(DateTimeOffset now, IReadOnlyCollection<long>? programs, CancellationToken ct)
    {
        var due = new List<DueLane>();
        void Read(NpgsqlDataReader row) => due.Add(new DueLane(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2)));
        await RunAsync(load =>
        {
            if (programs is null)
                load.Query(DueOfAllSql, Read, Param.Of(now), Param.Of(now + RetrySchedule.Farthest));
            else
                load.Query(DueOfSomeSql, Read, Param.Of(now), Param.Of(now + RetrySchedule.Farthest), Param.Of([.. programs]));
        }, ct);
        return due;
    }

    /// <returns>Null: somebody else has it.</returns>
    public async Task<Lane?> ClaimAsync(DueLane due, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(due);
        var asked = Stopwatch.GetTimestamp();
        Lane? lane = null;
        await RunAsync(load => load.Query(
            ClaimSql, row => lane = new Lane(due.ProgramId, due.EndpointId, row.GetInt64(0), asked),
            Param.Of(due.ProgramId), Param.Of(due.EndpointId), Param.Of((long)LeaseTime.TotalSeconds)), ct);
        return lane;
    }

    /// <returns>Whether it is still held.</returns>
    public async Task<bool> RenewAsync(Lane lane, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lane);
        var asked = Stopwatch.GetTimestamp();
        var held = false;
        await RunAsync(load => load.Query(
            RenewSql, _ => held = true,
            Param.Of(lane.ProgramId), Param.Of(lane.EndpointId), Param.Of(lane.Lease), Param.Of((long)LeaseTime.TotalSeconds)), ct);
        if (held)
            lane.Renewed(asked);
        return held;
    }

    /// <summary>The endpoint, and what is due next: first attempts in the order of the events, and a share of what is tried again.</summary>
    /// <returns>Null: nothing may be sent there now.</returns>
    public async Task<(Target Target, IReadOnlyList<QueuedDelivery> Deliveries)?> FetchAsync(Lane lane, DateTimeOffset now, int most, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lane);
        Target? target = null;
        var (again, fresh) = (new List<QueuedDelivery>(), new List<QueuedDelivery>());
        await RunAsync(load =>
        {
            load.Query(
                TargetSql, row => target = ReadTarget(row),
                Param.Of(lane.ProgramId), Param.Of(lane.EndpointId), Param.Of(lane.Lease), Param.Of(now), Param.Of(now + RetrySchedule.Farthest));
            load.Query(
                WaitingSql, row => again.Add(QueuedDelivery.Read(row)),
                Param.Of(lane.ProgramId), Param.Of(lane.EndpointId), Param.Of(most), Param.Of(now), Param.Of(now + RetrySchedule.Farthest));
            load.Query(
                NewSql, row => fresh.Add(QueuedDelivery.Read(row)), Param.Of(lane.ProgramId), Param.Of(lane.EndpointId), Param.Of(most));
        }, ct);
        // Neither may starve the other.
        var share = Math.Max(most / 2, most - fresh.Count);
        return target is null ? null : (target, [.. again.Take(share), .. fresh.Take(most - Math.Min(share, again.Count))]);
    }

    /// <summary>Writes what became of deliveries, and extends the lease.</summary>
    /// <returns>False: the lease was lost, and nothing is written.</returns>
    public async Task<bool> WriteAsync(Lane lane, LaneNews news, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lane);
        ArgumentNullException.ThrowIfNull(news);
        var asked = Stopwatch.GetTimestamp();
        await using var connection = await database.OpenAsync(ct);
        await using var scope = await connection.BeginTransactionAsync(ct);
        var held = false;
        var write = new LoadBatch(connection);
        write.Query(
            NewsSql, _ => held = true,
            Param.Of(lane.ProgramId), Param.Of(lane.EndpointId), Param.Of(lane.Lease), Param.Of((long)LeaseTime.TotalSeconds), Param.Of(news.HasSuccess),
            Param.Of(news.HasFailure), Param.Of(now), Param.Of(news.PausedUntil), Param.Of(news.Url));
        AddResults(write, lane, news.Results);
        await write.RunAsync(ct);
        if (!held)
            return false;
        await scope.CommitAsync(ct);
        lane.Renewed(asked);
        return true;
    }

    public Task ReleaseAsync(Lane lane, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lane);
        return RunAsync(
            load => load.Command(ReleaseSql, Param.Of(lane.ProgramId), Param.Of(lane.EndpointId), Param.Of(lane.Lease)), ct);
    }

    private static void AddResults(LoadBatch write, Lane lane, IReadOnlyList<DeliveryResult> results)
    {
        write.Command(
            FateSql, Param.Of(lane.ProgramId), Param.Of(lane.EndpointId), Param.Of([.. results.Select(result => result.Id)]),
            Param.Of([.. results.Select(result => Text(result.Fate))]), Param.Of([.. results.Select(result => result.Attempt?.Number)]),
            Instants(results.Select(result => result.DueAt)), Param.Of([.. results.Select(result => result.Body)]));
        var made = results.Where(result => result.Attempt is not null).Select(result => (result.Id, Attempt: result.Attempt!)).ToList();
        if (made.Count > 0)
            write.Command(
                AttemptsSql, Param.Of(lane.ProgramId), Param.Of([.. made.Select(each => each.Id)]),
                Param.Of([.. made.Select(each => each.Attempt.Number)]), Param.Of([.. made.Select(each => each.Attempt.At)]),
                Param.Of([.. made.Select(each => (int)each.Attempt.Duration.TotalMilliseconds)]),
                Param.Of([.. made.Select(each => each.Attempt.Status)]), Param.Of([.. made.Select(each => each.Attempt.Answer)]));
    }

    private static NpgsqlParameter Instants(IEnumerable<DateTimeOffset?> instants) => new NpgsqlParameter<DateTime?[]>
    {
        TypedValue = [.. instants.Select(at => at?.UtcDateTime)],
        NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.TimestampTz,
    };

    private Target ReadTarget(NpgsqlDataReader row)
    {
        var target = new Target(
            row.GetString(0), row.GetString(1), WebhookFormats.Parse(row.GetString(2)), [], row.GetInt32(5), [], row.TimeOrNull(7));
        try
        {
            var present = sealer.Open(row.GetFieldValue<byte[]>(3));
            return target with
            {
                Secrets = row.BytesOrNull(4) is { } former ? [present, sealer.Open(former)] : [present],
                Headers = row.BytesOrNull(6) is { } headers ? CustomHeaders.Parse(sealer.Open(headers)) : [],
            };
        }
        catch (CryptographicException)
        {
            // Sealed under a key that is gone: nothing can be signed, which its deliveries and then its owners are told.
            return target;
        }
    }

    private static string Text(DeliveryFate fate) => fate switch
    {
        DeliveryFate.Delivered => "delivered",
        DeliveryFate.Waits => "waiting",
        DeliveryFate.Failed => "failed",
        DeliveryFate.Skipped => "skipped",
    };

    private async Task RunAsync(Action<LoadBatch> build, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        build(load);
        await load.RunAsync(ct);
    }
}

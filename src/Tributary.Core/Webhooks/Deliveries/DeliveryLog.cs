using Dapper;
using Npgsql;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Webhooks.Deliveries;

/// <summary>One delivery as the log shows it.</summary>
/// <param name="State">new, waiting, delivered, failed, skipped.</param>
/// <param name="DueAt">When it is tried again.</param>
/// <param name="Body">As it was sent; null where it was not yet.</param>
/// <param name="History">Oldest first; filled where one delivery was asked for.</param>
public sealed record LoggedDelivery(
    long Id, long EndpointId, long? EventId, string Name, string State, int Attempts, DateTimeOffset? DueAt, DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt, int? LastStatus, string? Body, IReadOnlyList<AttemptMade> History);

/// <param name="State">One of the states; null: all.</param>
public sealed record DeliveryFilter(string? State = null, long? EventId = null);

/// <param name="OnlyFailed">Those that arrived are left out.</param>
public sealed record RedeliveryRange(DateTimeOffset From, DateTimeOffset To, bool OnlyFailed);

/// <param name="Deliveries">How many are sent again.</param>
public sealed record Redelivered(long Deliveries);

/// <summary>What was sent and what came back, for 30 days; and sending it again.</summary>
public sealed class DeliveryLog(Database database, Transactions transactions, DeliveryClock clock, IEnumerable<IWebhookShape> shapes)
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    public static readonly IReadOnlyList<string> States = ["new", "waiting", "delivered", "failed", "skipped"];

    public const int TestsPerHour = 10;
    public const string TestName = "webhook.test";

    private const string SelectSql = """
        select d.delivery_id, d.endpoint_id, d.event_id, d.name, d.state, d.attempts, d.due_at, d.created_at, d.ended_at, d.body,
               (select a.status from delivery_attempts a
                where a.program_id = d.program_id and a.delivery_id = d.delivery_id and a.attempt = d.attempts) as last_status
        from deliveries d
        """;

    private const string FindSql = $"{SelectSql} where d.program_id = @programId and d.delivery_id = @deliveryId";

    private const string HistorySql = """
        select attempt, attempted_at, duration_ms, status, answer from delivery_attempts
        where program_id = @programId and delivery_id = @deliveryId
        order by attempt
        """;

    private const string AgainSql = """
        update deliveries
        set state = 'waiting', due_at = @now, schedule_from = attempts, ended_at = null
        where program_id = @programId and delivery_id = @deliveryId and state in ('delivered', 'failed', 'waiting')
        returning delivery_id
        """;

    private const string RangeSql = """
        with chosen as (
          select delivery_id, created_at from deliveries
          where program_id = @programId and endpoint_id = @endpointId and (created_at, delivery_id) > (@after, @afterId)
            and created_at >= @after and created_at < @To and (state = 'failed' or (state = 'delivered' and not @OnlyFailed))
          order by created_at, delivery_id
          limit @size),
        again as (
          update deliveries d
          set state = 'waiting', due_at = @now, schedule_from = d.attempts, ended_at = null
          where d.program_id = @programId and d.delivery_id = any(array(select delivery_id from chosen)) and d.state in ('failed', 'delivered')
          returning d.delivery_id)
        select (select count(*) from again) as deliveries, count(*) as seen, max(created_at) as last_at,
               (select delivery_id from chosen order by created_at desc, delivery_id desc limit 1) as last_id
        from chosen
        """;

    private const string TestsSql = """
        select count(*) from deliveries
        where program_id = @programId and event_id is null and created_at > now() - interval '1 hour'
        """;

    private const string TestSql = """
        insert into deliveries (program_id, endpoint_id, name, state, body)
        values (@programId, @endpointId, @name, 'new', @body)
        returning delivery_id
        """;

    private const string AddressSql = "select format, url, key from webhook_endpoints where program_id = @programId and endpoint_id = @endpointId";

    private const string LockSql = "select active from webhook_endpoints where program_id = @programId and endpoint_id = @endpointId for no key update";

    private const string ProgramsSql = "select distinct program_id from webhook_endpoints";

    private const string ForgetSql = """
        delete from deliveries d
        where d.program_id = @programId
          and d.delivery_id = any(array(select delivery_id from deliveries where program_id = @programId order by delivery_id limit @size))
          and d.created_at < now() - make_interval(secs => @kept)
        """;

    /// <summary>Newest first.</summary>
    public async Task<Page<LoggedDelivery>> ListAsync(long programId, long endpointId, DeliveryFilter filter, PageRequest page, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var sql = $"""
            {SelectSql}
            where d.program_id = @programId and d.endpoint_id = @endpointId and d.delivery_id < @before
            {Sql.When(filter.State, "and d.state = @state")}
            {Sql.When(filter.EventId, "and d.event_id = @eventId")}
            order by d.delivery_id desc limit @most
            """;
        var arguments = new
        {
            programId, endpointId, before = page.After?.Id ?? long.MaxValue, state = filter.State, eventId = filter.EventId, most = page.Size + 1,
        };
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToDelivery([]))], each => new Cursor(each.Id, each.Id));
    }

    public async Task<LoggedDelivery?> FindAsync(long programId, long deliveryId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, programId, deliveryId, ct);
    }

    /// <summary>Sends one again, under the id that it had; its schedule begins anew.</summary>
    public async Task<Outcome<LoggedDelivery>> RedeliverAsync(ReferralProgram program, long deliveryId, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        var now = await clock.NowAsync(ct);
        return await transactions.RunAsync<LoggedDelivery>(program.Id, caller, async (tx, stop) =>
        {
            if (await FindAsync(tx.Connection, program.Id, deliveryId, stop) is not { } found)
                return new Problem(ProblemCode.NotFound, "No such delivery.");
            var again = await tx.Connection.ExecuteScalarAsync<long?>(
                new CommandDefinition(AgainSql, new { programId = program.Id, deliveryId, now }, cancellationToken: stop));
            if (again is null)
                return new Problem(ProblemCode.IllegalTransition, "It was not sent yet, or there was nothing to tell.");
            tx.Audit("delivery.redelivered", $"delivery:{deliveryId}", null, null);
            return (await FindAsync(tx.Connection, program.Id, deliveryId, stop)) ?? found;
        }, ct);
    }

    /// <summary>Sends again what was queued within a time.</summary>
    public async Task<Outcome<Redelivered>> RedeliverAsync(
        ReferralProgram program, long endpointId, RedeliveryRange range, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(range);
        if (range.To <= range.From)
            return new Problem(ProblemCode.TimeOutOfRange, "The range ends before it begins.", "to");
        var (count, begun) = (0L, new RangeStep(0, InBatches.Size, range.From, 0));
        while (begun.Seen >= InBatches.Size)
        {
            var (from, now) = (begun, await clock.NowAsync(ct));
            var done = await transactions.RunAsync(program.Id, caller, (tx, stop) => StepAsync(tx, endpointId, range, from, now, stop), ct);
            if (!done.TryGet(out var step, out var problem))
                return problem;
            (count, begun) = (count + step.Deliveries, step);
        }
        return new Redelivered(count);
    }

    /// <summary>Sends again as many as one transaction takes.</summary>
    private static async Task<Outcome<RangeStep>> StepAsync(
        Transaction tx, long endpointId, RedeliveryRange range, RangeStep before, DateTimeOffset now, CancellationToken ct)
    {
        if (await LockAsync(tx, endpointId, ct) is { } problem)
            return problem;
        var step = await tx.Connection.QuerySingleAsync<StepRow>(new CommandDefinition(
            RangeSql,
            new { programId = tx.ProgramId, endpointId, after = before.At, afterId = before.Id, range.To, range.OnlyFailed, now, size = InBatches.Size },
            cancellationToken: ct));
        tx.Audit("webhook.redelivered", WebhookRegister.Subject(endpointId), null, new System.Text.Json.Nodes.JsonObject
        {
            ["from"] = range.From.ToString("O"), ["to"] = range.To.ToString("O"), ["onlyFailed"] = range.OnlyFailed, ["deliveries"] = step.Deliveries,
        });
        return new RangeStep(step.Deliveries, step.Seen, step.LastAt ?? before.At, step.LastId ?? before.Id);
    }

    /// <param name="Seen">How many were looked at; fewer than asked for: there are no more.</param>
    /// <param name="At">When the last of them was made.</param>
    private sealed record RangeStep(long Deliveries, long Seen, DateTimeOffset At, long Id);

    /// <summary>Sends a message that only says that it is a test; ten an hour and programme.</summary>
    public Task<Outcome<LoggedDelivery>> TestAsync(ReferralProgram program, long endpointId, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync<LoggedDelivery>(program.Id, caller, async (tx, stop) =>
        {
            if (await LockAsync(tx, endpointId, stop) is { } problem)
                return problem;
            var tests = await tx.Connection.ExecuteScalarAsync<long>(new CommandDefinition(TestsSql, new { programId = program.Id }, cancellationToken: stop));
            if (tests >= TestsPerHour)
                return new Problem(ProblemCode.RateLimited, $"At most {TestsPerHour} tests an hour.");
            var (format, url, key) = await tx.Connection.QuerySingleAsync<(string, string, string)>(
                new CommandDefinition(AddressSql, new { programId = program.Id, endpointId }, cancellationToken: stop));
            var shape = shapes.Single(each => each.Format == WebhookFormats.Parse(format));
            var body = System.Text.Encoding.UTF8.GetString(shape.TestBody(program, url, key, tx.Now));
            var id = await tx.Connection.ExecuteScalarAsync<long>(
                new CommandDefinition(TestSql, new { programId = program.Id, endpointId, name = TestName, body }, cancellationToken: stop));
            tx.Audit("webhook.tested", WebhookRegister.Subject(endpointId), null, null);
            return (await FindAsync(tx.Connection, program.Id, id, stop))!;
        }, ct);
    }

    /// <summary>Forgets what is older than <see cref="Kept"/>, with bodies and answers.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var programs = (await connection.QueryAsync<long>(new CommandDefinition(ProgramsSql, cancellationToken: ct))).ToList();
        await PerProgram.RunAsync(programs, programId => InBatches.RunAsync(size => connection.ExecuteAsync(
            new CommandDefinition(ForgetSql, new { programId, size, kept = (long)Kept.TotalSeconds }, cancellationToken: ct))));
    }

    private static async Task<Problem?> LockAsync(Transaction tx, long endpointId, CancellationToken ct) =>
        await tx.Connection.ExecuteScalarAsync<bool?>(
            new CommandDefinition(LockSql, new { programId = tx.ProgramId, endpointId }, cancellationToken: ct)) switch
        {
            null => new Problem(ProblemCode.NotFound, "No such endpoint."),
            false => new Problem(ProblemCode.IllegalTransition, "Nothing is sent to the endpoint at present; activate it first."),
            true => null,
        };

    private static async Task<LoggedDelivery?> FindAsync(NpgsqlConnection connection, long programId, long deliveryId, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(FindSql, new { programId, deliveryId }, cancellationToken: ct));
        if (row is null)
            return null;
        var history = await connection.QueryAsync<AttemptRow>(new CommandDefinition(HistorySql, new { programId, deliveryId }, cancellationToken: ct));
        return row.ToDelivery([.. history.Select(each => each.ToAttempt())]);
    }

    private sealed record StepRow
    {
        public long Deliveries { get; init; }
        public long Seen { get; init; }
        public DateTimeOffset? LastAt { get; init; }
        public long? LastId { get; init; }
    }

    private sealed record Row
    {
        public long DeliveryId { get; init; }
        public long EndpointId { get; init; }
        public long? EventId { get; init; }
        public required string Name { get; init; }
        public required string State { get; init; }
        public int Attempts { get; init; }
        public DateTimeOffset? DueAt { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public string? Body { get; init; }
        public int? LastStatus { get; init; }

        public LoggedDelivery ToDelivery(IReadOnlyList<AttemptMade> history) => new(
            DeliveryId, EndpointId, EventId, Name, State, Attempts, DueAt, CreatedAt, EndedAt, LastStatus, Body, history);
    }

    private sealed record AttemptRow
    {
        public int Attempt { get; init; }
        public DateTimeOffset AttemptedAt { get; init; }
        public int DurationMs { get; init; }
        public int? Status { get; init; }
        public string? Answer { get; init; }

        public AttemptMade ToAttempt() => new(Attempt, AttemptedAt, TimeSpan.FromMilliseconds(DurationMs), Status, Answer);
    }
}

using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Webhooks.Deliveries;

/// <summary>
/// Stops sending to endpoints that are gone or that nothing arrives at, and tells those who look after them: by an event, which
/// other endpoints and the stream get, and by mail where the endpoint names somebody.
/// </summary>
public sealed class WebhookHealth(Database database, Transactions transactions, DeliveryClock clock)
{
    public static readonly TimeSpan WarnAfter = TimeSpan.FromHours(24);
    public static readonly TimeSpan DisableAfter = TimeSpan.FromHours(120);

    private static readonly Caller Job = new("job:webhooks", Trusted: true);

    private const string ProgramsSql = """
        select l.program_id, l.endpoint_id, l.failing_since <= @disable
        from webhook_lanes l
        join webhook_endpoints w on w.program_id = l.program_id and w.endpoint_id = l.endpoint_id
        where w.active and (l.failing_since <= @disable or (l.failing_since <= @warn and l.warned_at is null))
        """;

    private const string WarnSql = """
        update webhook_lanes
        set warned_at = @now
        where program_id = @programId and endpoint_id = @endpointId and failing_since <= @warn and warned_at is null
        returning endpoint_id
        """;

    private const string DisableSql = """
        update webhook_endpoints
        set active = false, disabled_at = @now, disabled_reason = @reason, updated_at = @now
        where program_id = @programId and endpoint_id = @endpointId and active
        returning endpoint_id
        """;

    private const string EndDeliveriesSql = """
        update deliveries
        set state = 'failed', due_at = null, ended_at = now()
        where program_id = @programId and endpoint_id = @endpointId and state in ('new', 'waiting')
        """;

    /// <summary>Looks after all endpoints. Any number of nodes may do it at once.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var now = await clock.NowAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        var found = await connection.QueryAsync<(long ProgramId, long EndpointId, bool IsOver)>(
            new CommandDefinition(ProgramsSql, new { warn = now - WarnAfter, disable = now - DisableAfter }, cancellationToken: ct));
        foreach (var (programId, endpointId, isOver) in found.ToList())
        {
            if (isOver)
                await DisableAsync(programId, endpointId, DisabledReason.Failing, ct);
            else
                await WarnAsync(programId, endpointId, now, ct);
        }
    }

    /// <summary>Sends nothing to an endpoint any more, until somebody activates it again. What was queued can be sent again by hand.</summary>
    public Task DisableAsync(long programId, long endpointId, DisabledReason reason, CancellationToken ct) =>
        transactions.RunAsync<string>(programId, Job, async (tx, stop) =>
        {
            var word = reason switch { DisabledReason.Gone => "gone", DisabledReason.Failing => "failing" };
            if (!await DidAsync(tx, DisableSql, new { programId, endpointId, reason = word, now = tx.Now }, stop))
                return Nothing;
            await tx.Connection.ExecuteAsync(new CommandDefinition(EndDeliveriesSql, new { programId, endpointId }, cancellationToken: stop));
            return await TellAsync(tx, EventType.WebhookDisabled, OutgoingMails.WebhookDisabled, endpointId, word, stop);
        }, ct);

    private Task WarnAsync(long programId, long endpointId, DateTimeOffset now, CancellationToken ct) =>
        transactions.RunAsync<string>(programId, Job, async (tx, stop) =>
            await DidAsync(tx, WarnSql, new { programId, endpointId, now, warn = now - WarnAfter }, stop)
                ? await TellAsync(tx, EventType.WebhookFailing, OutgoingMails.WebhookFailing, endpointId, null, stop)
                : Nothing, ct);

    private static async Task<Outcome<string>> TellAsync(
        Transaction tx, string type, string mail, long endpointId, string? reason, CancellationToken ct)
    {
        const string sql = "select key, name, url, contact_email from webhook_endpoints where program_id = @programId and endpoint_id = @endpointId";
        var (key, name, url, contact) = await tx.Connection.QuerySingleAsync<(string, string, string, string?)>(
            new CommandDefinition(sql, new { programId = tx.ProgramId, endpointId }, cancellationToken: ct));
        var told = new JsonObject { ["endpointId"] = endpointId, ["key"] = key, ["name"] = name, ["url"] = url, ["reason"] = reason };
        var subject = WebhookRegister.Subject(endpointId);
        tx.Raise(type, subject, told);
        tx.Audit(type, subject, null, told.DeepClone());
        if (contact is not null)
            OutgoingMails.Add(tx, mail, contact, (JsonObject)told.DeepClone());
        return key;
    }

    private static async Task<bool> DidAsync(Transaction tx, string sql, object arguments, CancellationToken ct) =>
        await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(sql, arguments, cancellationToken: ct)) is not null;

    private static Problem Nothing => new(ProblemCode.NotFound, "There is nothing to do any more.");
}

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
        where program_id = @programId and endpoint_id = @endpointId and active and (@url::text is null or url = @url)
        returning endpoint_id
        """;

    /// <summary>Of those that the server stopped sending to and where something is left, because a node died over it.</summary>
    private const string LeftSql = """
        select w.program_id, w.endpoint_id
        from webhook_endpoints w
        where not w.active and w.disabled_at is not null
          and (exists (select from deliveries d where d.program_id = w.program_id and d.endpoint_id = w.endpoint_id and d.state = 'new')
            or exists (select from deliveries d where d.program_id = w.program_id and d.endpoint_id = w.endpoint_id and d.state = 'waiting'))
        """;

    // Somebody may have activated it meanwhile.
    private const string EndSql = """
        update deliveries d
        set state = 'failed', due_at = null, ended_at = now()
        where d.program_id = @programId and d.state = @state
          and d.delivery_id = any(array(
            select delivery_id from deliveries
            where program_id = @programId and endpoint_id = @endpointId and state = @state
            order by delivery_id limit @size))
          and exists (select from webhook_endpoints w where w.program_id = @programId and w.endpoint_id = @endpointId and not w.active)
        """;

    /// <summary>Looks after all endpoints. Any number of nodes may do it at once.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var now = await clock.NowAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        var found = await connection.QueryAsync<(long ProgramId, long EndpointId, bool IsOver)>(
            new CommandDefinition(ProgramsSql, new { warn = now - WarnAfter, disable = now - DisableAfter }, cancellationToken: ct));
        await PerProgram.RunAsync(found.ToList(), each => each.IsOver
            ? DisableAsync(each.ProgramId, each.EndpointId, DisabledReason.Failing, null, ct)
            : WarnAsync(each.ProgramId, each.EndpointId, now, ct));
        var left = await connection.QueryAsync<(long ProgramId, long EndpointId)>(new CommandDefinition(LeftSql, cancellationToken: ct));
        await PerProgram.RunAsync(left.ToList(), each => EndDeliveriesAsync(each.ProgramId, each.EndpointId, ct));
    }

    /// <summary>Sends nothing to an endpoint any more, until somebody activates it again. What was queued can be sent again by hand.</summary>
    /// <param name="url">That it had when the reason came up: at another one it goes on. Null: whichever it has.</param>
    public async Task DisableAsync(long programId, long endpointId, DisabledReason reason, string? url, CancellationToken ct)
    {
        var disabled = await transactions.RunAsync<string>(programId, Job, async (tx, stop) =>
        {
            var word = reason switch { DisabledReason.Gone => "gone", DisabledReason.Failing => "failing" };
            return await DidAsync(tx, DisableSql, new { programId, endpointId, reason = word, url, now = tx.Now }, stop)
                ? await TellAsync(tx, EventType.WebhookDisabled, OutgoingMails.WebhookDisabled, endpointId, word, stop)
                : Nothing;
        }, ct);
        if (disabled.Succeeded)
            await EndDeliveriesAsync(programId, endpointId, ct);
    }

    private async Task EndDeliveriesAsync(long programId, long endpointId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        foreach (var state in new[] { "new", "waiting" })
            await InBatches.RunAsync(size => connection.ExecuteAsync(
                new CommandDefinition(EndSql, new { programId, endpointId, state, size }, cancellationToken: ct)));
    }

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
        // Paths and queries of such addresses are often secrets.
        var host = new Uri(url).GetLeftPart(UriPartial.Authority);
        var told = new JsonObject { ["endpointId"] = endpointId, ["key"] = key, ["name"] = name, ["url"] = host, ["reason"] = reason };
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

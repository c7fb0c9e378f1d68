using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Webhooks;

/// <summary>Makes, changes and lists the endpoints of a programme's webhooks. Secrets are encrypted at rest.</summary>
public sealed class WebhookRegister(Database database, Transactions transactions, ISecretSealer sealer, WebhookUrls urls)
{
    public const int MostEndpoints = 100;
    public const int MostName = 100;
    public const int MostEvents = 100;
    private const int MostKey = 64;
    private const int KeyDigits = 12;
    private const int PartneroSecretDigits = 16;

    /// <summary>How long a former secret goes on signing beside the new one.</summary>
    private static readonly TimeSpan FormerSecretLife = TimeSpan.FromHours(24);

    private const string CountSql = "select count(*) from webhook_endpoints where program_id = @programId";

    // Whoever makes endpoints of a programme takes turns, so that the count holds until the commit.
    private const string LockSql = "select 1 from programs where program_id = @programId for no key update";

    private const string InsertSql = """
        insert into webhook_endpoints (program_id, key, name, url, format, events, sealed_secret, active, contact_email, concurrency, sealed_headers,
                                       created_at, updated_at)
        values (@programId, @key, @name, @url, @format, @events, @secret, @active, @contact, @concurrency, @headers, @now, @now)
        on conflict do nothing
        returning endpoint_id
        """;

    private const string LaneSql = "insert into webhook_lanes (program_id, endpoint_id) values (@programId, @id)";

    private const string UpdateSql = """
        update webhook_endpoints
        set name = @name, url = @url, events = @events, active = @active, updated_at = @now,
            contact_email = @contact, concurrency = @concurrency, sealed_headers = @headers,
            disabled_at = case when @active then null else disabled_at end,
            disabled_reason = case when @active then null else disabled_reason end,
            former_secret = case when @secret::bytea is null then former_secret else sealed_secret end,
            former_until = case when @secret::bytea is null then former_until else @formerUntil end,
            sealed_secret = coalesce(@secret, sealed_secret)
        where program_id = @programId and endpoint_id = @id
        """;

    // Whoever turns it on again or moves it has looked after it: it has its five days anew, and no pause.
    private const string ForgiveSql = """
        update webhook_lanes set failing_since = null, warned_at = null, paused_until = '-infinity' where program_id = @programId and endpoint_id = @id
        """;

    private const string StopSql = "update webhook_endpoints set active = false where program_id = @programId and endpoint_id = @id";

    private const string DeleteDeliveriesSql = """
        delete from deliveries d
        where d.program_id = @programId and d.delivery_id = any(array(
          select delivery_id from deliveries where program_id = @programId and endpoint_id = @id order by delivery_id limit @size))
        """;

    private const string DeleteSql = "delete from webhook_endpoints where program_id = @programId and endpoint_id = @id";

    /// <returns>The endpoint, or null.</returns>
    public async Task<WebhookEndpoint?> FindAsync(long programId, EndpointName name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, programId, name, locked: false, ct);
    }

    /// <summary>All, or all of one format, oldest first; a programme has few.</summary>
    public async Task<IReadOnlyList<WebhookEndpoint>> ListAsync(long programId, WebhookFormat? format, CancellationToken ct)
    {
        var sql = $"{EndpointRow.SelectSql} where w.program_id = @programId {Sql.When(format, "and w.format = @format")} order by w.endpoint_id";
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<EndpointRow>(new CommandDefinition(sql, new { programId, format = format?.Text() }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToEndpoint(sealer))];
    }

    /// <returns>The endpoint; <c>AlreadyExists</c> on <c>key</c>, <c>DestinationRefused</c> on <c>url</c>, <c>LimitReached</c>, or what is wrong with a member.</returns>
    public Task<Outcome<WebhookEndpoint>> CreateAsync(ReferralProgram program, NewEndpoint wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        return Refuse(wanted.Key, wanted.Name, wanted.Url, wanted.Events, wanted.Options ?? EndpointOptions.Usual) is { } problem
            ? Task.FromResult<Outcome<WebhookEndpoint>>(problem)
            : transactions.RunAsync(program.Id, caller, (tx, stop) => CreateAsync(tx, wanted, stop), ct);
    }

    public Task<Outcome<WebhookEndpoint>> UpdateAsync(
        ReferralProgram program, EndpointName name, EndpointChange change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(change);
        return transactions.RunAsync(program.Id, caller, (tx, stop) => UpdateAsync(tx, name, change, stop), ct);
    }

    /// <returns>The endpoint as it was, or <c>NotFound</c>.</returns>
    public async Task<Outcome<WebhookEndpoint>> DeleteAsync(ReferralProgram program, EndpointName name, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        var stopped = await WithFoundAsync(program, name, caller, (tx, found, stop) =>
            ExecuteAsync(tx, StopSql, new { programId = tx.ProgramId, id = found.Id }, stop), ct);
        if (!stopped.TryGet(out var known, out var problem))
            return problem;
        // A long log goes bit by bit, while nothing is added to it any more.
        await using (var connection = await database.OpenAsync(ct))
            await InBatches.RunAsync(size => connection.ExecuteAsync(
                new CommandDefinition(DeleteDeliveriesSql, new { programId = program.Id, id = known.Id, size }, cancellationToken: ct)));
        var deleted = await WithFoundAsync(program, EndpointName.OfId(known.Id), caller, async (tx, found, stop) =>
        {
            await ExecuteAsync(tx, DeleteSql, new { programId = tx.ProgramId, id = found.Id }, stop);
            tx.Audit("webhook.deleted", Subject(found.Id), AuditOf(known), null);
        }, ct);
        return deleted.Map(_ => known);
    }

    private Task<Outcome<WebhookEndpoint>> WithFoundAsync(
        ReferralProgram program, EndpointName name, Caller caller, Func<Transaction, WebhookEndpoint, CancellationToken, Task> work, CancellationToken ct) =>
        transactions.RunAsync<WebhookEndpoint>(
            program.Id, caller,
            async (tx, stop) =>
            {
                if (await FindAsync(tx.Connection, tx.ProgramId, name, locked: true, stop) is not { } found)
                    return NotFound;
                await work(tx, found, stop);
                return found;
            },
            ct);

    private async Task<Outcome<WebhookEndpoint>> CreateAsync(Transaction tx, NewEndpoint wanted, CancellationToken ct)
    {
        await ExecuteAsync(tx, LockSql, new { programId = tx.ProgramId }, ct);
        if (await tx.Connection.ExecuteScalarAsync<long>(new CommandDefinition(CountSql, new { programId = tx.ProgramId }, cancellationToken: ct)) >= MostEndpoints)
            return new Problem(ProblemCode.LimitReached, $"A programme has at most {MostEndpoints} endpoints.");
        var made = new WebhookEndpoint(
            0, wanted.Key ?? Base62.Random(KeyDigits), wanted.Name, wanted.Url, wanted.Format, [.. wanted.Events.Distinct()], NewSecret(wanted.Format),
            wanted.Active, wanted.Options ?? EndpointOptions.Usual, null, null, null, tx.Now, tx.Now);
        if (await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(InsertSql, Arguments(tx, made, made.Secret), cancellationToken: ct)) is not { } id)
            return new Problem(ProblemCode.AlreadyExists, "Another endpoint has this key.", "key");
        await ExecuteAsync(tx, LaneSql, new { programId = tx.ProgramId, id }, ct);
        tx.Audit("webhook.created", Subject(id), null, AuditOf(made));
        return made with { Id = id };
    }

    private async Task<Outcome<WebhookEndpoint>> UpdateAsync(Transaction tx, EndpointName name, EndpointChange change, CancellationToken ct)
    {
        if (await FindAsync(tx.Connection, tx.ProgramId, name, locked: true, ct) is not { } before)
            return NotFound;
        var active = change.Active ?? before.Active;
        var after = before with
        {
            Name = change.Name ?? before.Name,
            Url = change.Url ?? before.Url,
            Events = change.Events is { } events ? [.. events.Distinct()] : before.Events,
            Active = active,
            Secret = change.RotatesSecret ? NewSecret(before.Format) : before.Secret,
            Options = change.Options ?? before.Options,
            FailingSince = IsMended(before, change) ? null : before.FailingSince,
            Disabled = active ? null : before.Disabled,
            DisabledAt = active ? null : before.DisabledAt,
            UpdatedAt = tx.Now,
        };
        // An address from before a rule was sharpened does not stand in the way of other changes.
        if (Refuse(after.Key, after.Name, change.Url is null ? null : after.Url, after.Events, after.Options) is { } problem)
            return problem;
        await ExecuteAsync(tx, UpdateSql, Arguments(tx, after, change.RotatesSecret ? after.Secret : null), ct);
        if (IsMended(before, change))
            await ExecuteAsync(tx, ForgiveSql, new { programId = tx.ProgramId, id = before.Id }, ct);
        tx.Audit(change.RotatesSecret ? "webhook.rotated" : "webhook.updated", Subject(before.Id), AuditOf(before), AuditOf(after));
        return after;
    }

    private static bool IsMended(WebhookEndpoint before, EndpointChange change) =>
        (change.Active ?? before.Active) && (!before.Active || (change.Url is { } url && url != before.Url));

    /// <param name="secret">To be kept from now on; null: the present one stays.</param>
    private object Arguments(Transaction tx, WebhookEndpoint endpoint, string? secret) => new
    {
        programId = tx.ProgramId,
        id = endpoint.Id,
        key = endpoint.Key,
        name = endpoint.Name,
        url = endpoint.Url,
        format = endpoint.Format.Text(),
        events = endpoint.Events.ToArray(),
        secret = secret is null ? null : sealer.Seal(secret),
        formerUntil = tx.Now + FormerSecretLife,
        active = endpoint.Active,
        contact = endpoint.Options.ContactEmail,
        concurrency = endpoint.Options.Concurrency,
        headers = endpoint.Options.Headers.Count == 0 ? null : sealer.Seal(CustomHeaders.Write(endpoint.Options.Headers)),
        now = tx.Now,
    };

    /// <param name="url">Null: it stays as it is.</param>
    private Problem? Refuse(string? key, string name, string? url, IReadOnlyList<string> events, EndpointOptions options)
    {
        if (key is { Length: 0 or > MostKey })
            return new Problem(ProblemCode.InvalidValue, $"A key has 1 to {MostKey} characters.", "key");
        if (string.IsNullOrWhiteSpace(name))
            return new Problem(ProblemCode.MissingField, "A name is needed.", "name");
        if (name.Length > MostName)
            return new Problem(ProblemCode.TooLong, $"A name has at most {MostName} characters.", "name");
        if (url is not null && !urls.Check(url).TryGet(out _, out var refused))
            return refused;
        if (options.Concurrency is < 1 or > EndpointOptions.MostConcurrency)
            return new Problem(ProblemCode.OutOfRange, $"1 to {EndpointOptions.MostConcurrency} messages are on their way at once.", "concurrency");
        if (options.ContactEmail is { } mail && (mail.Length > Limits.Email || !mail.Contains('@', StringComparison.Ordinal)))
            return new Problem(ProblemCode.InvalidValue, "Not an e-mail address.", "contactEmail");
        if (CustomHeaders.Check(options.Headers) is { } fault)
            return fault;
        return events.Count switch
        {
            0 => new Problem(ProblemCode.MissingField, "At least one event is needed.", "events"),
            > MostEvents => new Problem(ProblemCode.TooMany, $"At most {MostEvents} events are named.", "events"),
            _ => null,
        };
    }

    private async Task<WebhookEndpoint?> FindAsync(NpgsqlConnection connection, long programId, EndpointName name, bool locked, CancellationToken ct)
    {
        var sql = $"""
            {EndpointRow.SelectSql}
            where w.program_id = @programId
            {Sql.When(name.Id, "and w.endpoint_id = @id")}
            {Sql.When(name.Key, "and w.key = @key and w.format = @format")}
            """;
        var arguments = new { programId, id = name.Id, key = name.Key, format = name.Format?.Text() };
        var row = await connection.QuerySingleOrDefaultAsync<EndpointRow>(
            new CommandDefinition(locked ? sql + " for update of w" : sql, arguments, cancellationToken: ct));
        return row?.ToEndpoint(sealer);
    }

    private static Task ExecuteAsync(Transaction tx, string sql, object arguments, CancellationToken ct) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: ct));

    /// <summary>Partnero's signatures are short texts.</summary>
    private static string NewSecret(WebhookFormat format) => format switch
    {
        WebhookFormat.Partnero => Base62.Random(PartneroSecretDigits),
        WebhookFormat.Native or WebhookFormat.Gameball => WebhookSignature.NewSecret(),
    };

    internal static string Subject(long id) => $"webhook:{id}";

    /// <summary>Never the secret, nor what headers hold.</summary>
    private static JsonObject AuditOf(WebhookEndpoint endpoint) => new()
    {
        ["key"] = endpoint.Key,
        ["name"] = endpoint.Name,
        ["url"] = endpoint.Url,
        ["inside"] = !WebhookUrls.Strict.Check(endpoint.Url).Succeeded,
        ["format"] = endpoint.Format.Text(),
        ["events"] = new JsonArray([.. endpoint.Events.Select(name => (JsonNode)name)]),
        ["active"] = endpoint.Active,
        ["contactEmail"] = endpoint.Options.ContactEmail,
        ["concurrency"] = endpoint.Options.Concurrency,
        ["headers"] = new JsonArray([.. endpoint.Options.Headers.Keys.Select(name => (JsonNode)name)]),
    };

    private static Problem NotFound => new(ProblemCode.NotFound, "No such endpoint.");
}

using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Webhooks;

/// <summary>Makes, changes and lists the endpoints of a programme's webhooks. Secrets are encrypted at rest.</summary>
public sealed class WebhookRegister(Database database, Transactions transactions, ISecretSealer sealer)
{
    public const int MostEndpoints = 100;
    public const int MostName = 100;
    private const int MostKey = 64;
    private const int KeyDigits = 12;
    private const int SecretDigits = 16;

    /// <summary>How long a former secret goes on signing beside the new one.</summary>
    private static readonly TimeSpan FormerSecretLife = TimeSpan.FromHours(24);

    private const string SelectSql = """
        select endpoint_id, key, name, url, format, events, sealed_secret, active, created_at, updated_at from webhook_endpoints
        """;

    private const string FindSql = $"{SelectSql} where program_id = @programId and key = @key and format = @format";

    private const string CountSql = "select count(*) from webhook_endpoints where program_id = @programId";

    // Whoever makes endpoints of a programme takes turns, so that the count holds until the commit.
    private const string LockSql = "select 1 from programs where program_id = @programId for no key update";

    private const string InsertSql = """
        insert into webhook_endpoints (program_id, key, name, url, format, events, sealed_secret, active, created_at, updated_at)
        values (@programId, @key, @name, @url, @format, @events, @secret, @active, @now, @now)
        on conflict do nothing
        returning endpoint_id
        """;

    private const string UpdateSql = """
        update webhook_endpoints
        set name = @name, url = @url, events = @events, active = @active, updated_at = @now,
            former_secret = case when @secret::bytea is null then former_secret else sealed_secret end,
            former_until = case when @secret::bytea is null then former_until else @formerUntil end,
            sealed_secret = coalesce(@secret, sealed_secret)
        where program_id = @programId and key = @key
        """;

    private const string DeleteSql = "delete from webhook_endpoints where program_id = @programId and key = @key and format = @format returning endpoint_id";

    /// <returns>The endpoint, or null.</returns>
    public async Task<WebhookEndpoint?> FindAsync(long programId, WebhookFormat format, string key, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, programId, format, key, locked: false, ct);
    }

    /// <summary>All of one format, oldest first; a programme has few.</summary>
    public async Task<IReadOnlyList<WebhookEndpoint>> ListAsync(long programId, WebhookFormat format, CancellationToken ct)
    {
        const string sql = $"{SelectSql} where program_id = @programId and format = @format order by endpoint_id";
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, new { programId, format = format.Text() }, cancellationToken: ct));
        return [.. rows.Select(Opened)];
    }

    /// <returns>The endpoint; <c>AlreadyExists</c> on <c>key</c>, <c>DestinationRefused</c> on <c>url</c>, <c>LimitReached</c>, or what is wrong with a member.</returns>
    public Task<Outcome<WebhookEndpoint>> CreateAsync(ReferralProgram program, NewEndpoint wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        return Refuse(wanted.Key, wanted.Name, wanted.Url, wanted.Events) is { } problem
            ? Task.FromResult<Outcome<WebhookEndpoint>>(problem)
            : transactions.RunAsync(program.Id, caller, (tx, stop) => CreateAsync(tx, wanted, stop), ct);
    }

    public Task<Outcome<WebhookEndpoint>> UpdateAsync(
        ReferralProgram program, WebhookFormat format, string key, EndpointChange change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(change);
        return transactions.RunAsync(program.Id, caller, (tx, stop) => UpdateAsync(tx, format, key, change, stop), ct);
    }

    /// <returns>The endpoint as it was, or <c>NotFound</c>.</returns>
    public Task<Outcome<WebhookEndpoint>> DeleteAsync(ReferralProgram program, WebhookFormat format, string key, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync<WebhookEndpoint>(
            program.Id, caller,
            async (tx, stop) =>
            {
                if (await FindAsync(tx.Connection, tx.ProgramId, format, key, locked: true, stop) is not { } found)
                    return NotFound;
                await tx.Connection.ExecuteAsync(
                    new CommandDefinition(DeleteSql, new { programId = tx.ProgramId, key, format = format.Text() }, cancellationToken: stop));
                tx.Audit("webhook.deleted", Subject(found.Id), AuditOf(found), null);
                return found;
            },
            ct);
    }

    private async Task<Outcome<WebhookEndpoint>> CreateAsync(Transaction tx, NewEndpoint wanted, CancellationToken ct)
    {
        await tx.Connection.ExecuteAsync(new CommandDefinition(LockSql, new { programId = tx.ProgramId }, cancellationToken: ct));
        if (await tx.Connection.ExecuteScalarAsync<long>(new CommandDefinition(CountSql, new { programId = tx.ProgramId }, cancellationToken: ct)) >= MostEndpoints)
            return new Problem(ProblemCode.LimitReached, $"A programme has at most {MostEndpoints} endpoints.");
        var secret = Base62.Random(SecretDigits);
        var key = wanted.Key ?? Base62.Random(KeyDigits);
        var arguments = new
        {
            programId = tx.ProgramId, key, name = wanted.Name, url = wanted.Url, format = wanted.Format.Text(), events = wanted.Events.Distinct().ToArray(),
            secret = sealer.Seal(secret), active = wanted.Active, now = tx.Now,
        };
        if (await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct)) is not { } id)
            return new Problem(ProblemCode.AlreadyExists, "Another endpoint has this key.", "key");
        var made = new WebhookEndpoint(id, key, wanted.Name, wanted.Url, wanted.Format, arguments.events, secret, wanted.Active, tx.Now, tx.Now);
        tx.Audit("webhook.created", Subject(id), null, AuditOf(made));
        return made;
    }

    private async Task<Outcome<WebhookEndpoint>> UpdateAsync(
        Transaction tx, WebhookFormat format, string key, EndpointChange change, CancellationToken ct)
    {
        if (await FindAsync(tx.Connection, tx.ProgramId, format, key, locked: true, ct) is not { } before)
            return NotFound;
        var after = before with
        {
            Name = change.Name ?? before.Name,
            Url = change.Url ?? before.Url,
            Events = change.Events is { } events ? [.. events.Distinct()] : before.Events,
            Active = change.Active ?? before.Active,
            Secret = change.RotatesSecret ? Base62.Random(SecretDigits) : before.Secret,
            UpdatedAt = tx.Now,
        };
        // An address from before a rule was sharpened does not stand in the way of other changes.
        if (Refuse(after.Key, after.Name, change.Url is null ? null : after.Url, after.Events) is { } problem)
            return problem;
        var arguments = new
        {
            programId = tx.ProgramId, key, name = after.Name, url = after.Url, events = after.Events.ToArray(), active = after.Active, now = tx.Now,
            secret = change.RotatesSecret ? sealer.Seal(after.Secret) : null, formerUntil = tx.Now + FormerSecretLife,
        };
        await tx.Connection.ExecuteAsync(new CommandDefinition(UpdateSql, arguments, cancellationToken: ct));
        tx.Audit(change.RotatesSecret ? "webhook.rotated" : "webhook.updated", Subject(before.Id), AuditOf(before), AuditOf(after));
        return after;
    }

    /// <param name="url">Null: it stays as it is.</param>
    private static Problem? Refuse(string? key, string name, string? url, IReadOnlyList<string> events)
    {
        if (key is { Length: 0 or > MostKey })
            return new Problem(ProblemCode.InvalidValue, $"A key has 1 to {MostKey} characters.", "key");
        if (string.IsNullOrWhiteSpace(name))
            return new Problem(ProblemCode.MissingField, "A name is needed.", "name");
        if (name.Length > MostName)
            return new Problem(ProblemCode.TooLong, $"A name has at most {MostName} characters.", "name");
        if (url is not null && !WebhookUrl.Check(url).TryGet(out _, out var refused))
            return refused;
        return events.Count == 0 ? new Problem(ProblemCode.MissingField, "At least one event is needed.", "events") : null;
    }

    private async Task<WebhookEndpoint?> FindAsync(
        NpgsqlConnection connection, long programId, WebhookFormat format, string key, bool locked, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            locked ? FindSql + " for update" : FindSql, new { programId, key, format = format.Text() }, cancellationToken: ct));
        return row is null ? null : Opened(row);
    }

    private WebhookEndpoint Opened(Row row) => new(
        row.EndpointId, row.Key, row.Name, row.Url, WebhookFormats.Parse(row.Format), row.Events, sealer.Open(row.SealedSecret), row.Active,
        row.CreatedAt, row.UpdatedAt);

    private static string Subject(long id) => $"webhook:{id}";

    /// <summary>Never the secret.</summary>
    private static JsonObject AuditOf(WebhookEndpoint endpoint) => new()
    {
        ["key"] = endpoint.Key,
        ["name"] = endpoint.Name,
        ["url"] = endpoint.Url,
        ["format"] = endpoint.Format.Text(),
        ["events"] = new JsonArray([.. endpoint.Events.Select(name => (JsonNode)name)]),
        ["active"] = endpoint.Active,
    };

    private static Problem NotFound => new(ProblemCode.NotFound, "No such endpoint.");

    private sealed record Row
    {
        public long EndpointId { get; init; }
        public required string Key { get; init; }
        public required string Name { get; init; }
        public required string Url { get; init; }
        public required string Format { get; init; }
        public required string[] Events { get; init; }
        public required byte[] SealedSecret { get; init; }
        public bool Active { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
    }
}

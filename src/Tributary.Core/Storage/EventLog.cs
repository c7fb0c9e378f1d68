using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;

namespace Tributary.Storage;

/// <summary>Something that happened, as it is told to the outside.</summary>
/// <param name="Type">One of <see cref="EventType"/>.</param>
/// <param name="Subject">What it happened to: <c>order:1024</c>.</param>
public sealed record LoggedEvent(
    long EventId, string Type, string Subject, long? CustomerId, long? ReferrerId, JsonObject Payload, DateTimeOffset OccurredAt);

/// <summary>Reads the outbox.</summary>
public sealed class EventLog(Database database)
{
    private const string FindSql = """
        select event_id, type, subject, customer_id, referrer_id, data::text as data, occurred_at
        from events
        where program_id = @programId and event_id = @eventId
        """;

    public async Task<LoggedEvent?> FindAsync(long programId, long eventId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<EventRow>(
            new CommandDefinition(FindSql, new { programId, eventId }, cancellationToken: ct));
        return row?.ToEvent();
    }

    /// <summary>
    /// Oldest first, so that a reader goes on where it stopped. Two operations that commit in the other order than they
    /// began may show the later number first: who must not miss one reads a little behind, or takes webhooks.
    /// </summary>
    public async Task<Page<LoggedEvent>> ListAsync(
        long programId, string? type, PageRequest page, CancellationToken ct)
    {
        var sql = $"""
            select event_id, type, subject, customer_id, referrer_id, data::text as data, occurred_at
            from events
            where program_id = @programId and event_id > @after
            {Sql.When(type, "and type = @type")}
            order by event_id limit @most
            """;
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, after = page.After?.Id ?? 0, type, most = page.Size + 1 };
        var rows = await connection.QueryAsync<EventRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToEvent())], each => new Cursor(each.EventId, each.EventId));
    }

    private sealed record EventRow
    {
        public long EventId { get; init; }
        public required string Type { get; init; }
        public required string Subject { get; init; }
        public long? CustomerId { get; init; }
        public long? ReferrerId { get; init; }
        public required string Data { get; init; }
        public DateTimeOffset OccurredAt { get; init; }

        public LoggedEvent ToEvent() => new(
            EventId, Type, Subject, CustomerId, ReferrerId, JsonNode.Parse(Data)!.AsObject(), OccurredAt);
    }
}

using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;

namespace Tributary.Storage;

/// <summary>One entry of the append-only audit log.</summary>
/// <param name="Actor"><c>key:17</c>, <c>person:5</c>, <c>job:approval</c>, <c>cli</c>.</param>
/// <param name="Address">Truncated.</param>
public sealed record AuditRecord(
    long AuditId,
    string Actor,
    string Verb,
    string Subject,
    JsonNode? Before,
    JsonNode? After,
    string? Reason,
    string? Address,
    string? RequestId,
    DateTimeOffset OccurredAt);

/// <summary>Which entries are asked for; a null member asks for any.</summary>
public sealed record AuditFilter(string? Verb = null, string? Subject = null, string? Actor = null);

/// <summary>Reads the audit log.</summary>
public sealed class AuditLog(Database database)
{
    /// <summary>Newest first.</summary>
    public async Task<Page<AuditRecord>> ListAsync(long programId, AuditFilter filter, PageRequest page, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var sql = $"""
            select audit_id, actor, verb, subject, before::text as before, after::text as after, reason, address, request_id, occurred_at
            from audit_entries
            where program_id = @programId
            {Sql.When(page.After, "and audit_id < @until")}
            {Sql.When(filter.Verb, "and verb = @verb")}
            {Sql.When(filter.Subject, "and subject = @subject")}
            {Sql.When(filter.Actor, "and actor = @actor")}
            order by audit_id desc limit @most
            """;
        await using var connection = await database.OpenAsync(ct);
        var arguments = new
        {
            programId,
            until = page.After?.Id,
            verb = filter.Verb,
            subject = filter.Subject,
            actor = filter.Actor,
            most = page.Size + 1,
        };
        var rows = await connection.QueryAsync<AuditRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToRecord())], entry => new Cursor(entry.AuditId, entry.AuditId));
    }

    private sealed record AuditRow
    {
        public long AuditId { get; init; }
        public required string Actor { get; init; }
        public required string Verb { get; init; }
        public required string Subject { get; init; }
        public string? Before { get; init; }
        public string? After { get; init; }
        public string? Reason { get; init; }
        public string? Address { get; init; }
        public string? RequestId { get; init; }
        public DateTimeOffset OccurredAt { get; init; }

        public AuditRecord ToRecord() => new(
            AuditId, Actor, Verb, Subject, Read(Before), Read(After), Reason, Address, RequestId, OccurredAt);

        private static JsonNode? Read(string? json) => json is null ? null : JsonNode.Parse(json);
    }
}

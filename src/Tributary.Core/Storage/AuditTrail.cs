namespace Tributary.Storage;

internal sealed record AuditEntry(string Verb, string Subject, string? Before, string? After, string? Reason);

/// <summary>The audit entries of one operation; a rolled-back operation leaves none.</summary>
internal sealed class AuditTrail
{
    private const string InsertSql = """
        insert into audit_entries (program_id, actor, verb, subject, before, after, reason, address, request_id, occurred_at)
        select $1, $2, a.verb, a.subject, a.before, a.after, a.reason, $3, $4, $5
        from unnest($6, $7, $8, $9, $10) with ordinality as a (verb, subject, before, after, reason, n)
        order by a.n
        """;

    private readonly List<AuditEntry> entries = [];

    public void Add(AuditEntry entry) => entries.Add(entry);

    public void WriteTo(Transaction tx)
    {
        if (entries.Count == 0)
            return;
        tx.Writes.Add(
            InsertSql,
            Param.Of(tx.ProgramId),
            Param.Of(tx.Caller.Actor),
            Param.Of(tx.Caller.Address),
            Param.Of(tx.Caller.RequestId),
            Param.Of(tx.Now),
            Param.Of([.. entries.Select(e => e.Verb)]),
            Param.Of([.. entries.Select(e => e.Subject)]),
            Param.Json([.. entries.Select(e => e.Before)]),
            Param.Json([.. entries.Select(e => e.After)]),
            Param.Of([.. entries.Select(e => e.Reason)]));
        entries.Clear();
    }
}

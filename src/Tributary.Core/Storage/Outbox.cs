namespace Tributary.Storage;

internal sealed record RaisedEvent(string Type, string Subject, long? CustomerId, long? ReferrerId, long? OrderKey, string Data);

/// <summary>The events of one operation, written in its own transaction.</summary>
internal sealed class Outbox
{
    private const string InsertSql = """
        insert into events (program_id, type, subject, customer_id, referrer_id, order_key, data, occurred_at)
        select $1, e.type, e.subject, e.customer_id, e.referrer_id, e.order_key, e.data, $2
        from unnest($3, $4, $5, $6, $7, $8) with ordinality as e (type, subject, customer_id, referrer_id, order_key, data, n)
        order by e.n
        """;

    private readonly List<RaisedEvent> events = [];

    public void Add(RaisedEvent raised) => events.Add(raised);

    public void WriteTo(Transaction tx)
    {
        if (events.Count == 0)
            return;
        tx.Writes.Add(
            InsertSql,
            Param.Of(tx.ProgramId),
            Param.Of(tx.Now),
            Param.Of([.. events.Select(e => e.Type)]),
            Param.Of([.. events.Select(e => e.Subject)]),
            Param.Of([.. events.Select(e => e.CustomerId)]),
            Param.Of([.. events.Select(e => e.ReferrerId)]),
            Param.Of([.. events.Select(e => e.OrderKey)]),
            Param.Json([.. events.Select(e => e.Data)]));
        events.Clear();
    }
}

namespace Tributary.Storage;

internal sealed record RaisedEvent(string Type, string Subject, long? CustomerId, long? ReferrerId, long? OrderKey, string Data);

/// <summary>The events of one operation, written in its own transaction.</summary>
internal sealed class Outbox
{
    private static readonly RowInsert Insert = new("""
        insert into events (program_id, type, subject, customer_id, referrer_id, order_key, data, occurred_at)
        values ($1, @1, @2, @3, @4, @5, @6, $2)
        """);

    private readonly List<RaisedEvent> events = [];

    public bool IsEmpty => events.Count == 0;

    public void Add(RaisedEvent raised) => events.Add(raised);

    public void WriteTo(Transaction tx)
    {
        Insert.Add(
            tx.Writes, events,
            () => [Param.Of(tx.ProgramId), Param.Of(tx.Now)],
            e =>
            [
                Param.Of(e.Type), Param.Of(e.Subject), Param.Of(e.CustomerId), Param.Of(e.ReferrerId), Param.Of(e.OrderKey),
                Param.Json(e.Data),
            ]);
        events.Clear();
    }
}

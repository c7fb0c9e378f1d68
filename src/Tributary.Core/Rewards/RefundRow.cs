using Npgsql;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>A refund of an order, as far as it decides what remains of it.</summary>
internal sealed record RefundRow(
    long Key,
    string RefundId,
    string OrderId,
    long? OrderKey,
    string Kind,
    string State,
    long? Requested,
    long Amount,
    long? Base,
    DateTimeOffset OccurredAt,
    string CustomerTaken,
    DateOnly? CountedOn)
{
    public const string Columns = "refund_key, refund_id, order_id, order_key, kind, state, requested, amount, base, occurred_at, customer_taken, counted_on";

    public const string ByIdSql = $"select {Columns} from refunds where program_id = $1 and refund_id = $2";

    public const string OfLivingOrderSql = $"""
        select {Columns}
        from refunds
        where program_id = $1
          and order_key = (select o.order_key from orders o where o.program_id = $1 and o.order_id = $2 and o.living)
        order by refund_key
        """;

    public const string WaitingSql = $"""
        select {Columns} from refunds where program_id = $1 and order_id = $2 and state = 'waiting' order by refund_key for update
        """;

    public bool Counts => State == "applied";

    public static RefundRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        row.LongOrNull(3),
        row.GetString(4),
        row.GetString(5),
        row.LongOrNull(6),
        row.GetInt64(7),
        row.LongOrNull(8),
        row.Time(9),
        row.GetString(10),
        row.DayOrNull(11));
}

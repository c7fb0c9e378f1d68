using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>Events that came before their order; each is kept once.</summary>
internal static class WaitingEvents
{
    public const string OfOrderSql = """
        select event::text from chain_waiting_events where program_id = $1 and order_id = $2 order by received_at, content_hash
        """;

    private const string InsertSql = """
        insert into chain_waiting_events (program_id, order_id, content_hash, event, received_at)
        values ($1, $2, $3, $4, $5)
        on conflict do nothing
        """;

    private const string DeleteSql = "delete from chain_waiting_events where program_id = $1 and order_id = $2";

    public static void Keep(Transaction tx, ChainEventReport report)
    {
        var json = ChainReportJson.Write(report);
        tx.Writes.Add(
            InsertSql, Param.Of(tx.ProgramId), Param.Of(report.OrderId), Param.Of(ChainReportJson.Hash(json)), Param.Json(json), Param.Of(tx.Now));
    }

    public static void Forget(Transaction tx, string orderId) => tx.Writes.Add(DeleteSql, Param.Of(tx.ProgramId), Param.Of(orderId));
}

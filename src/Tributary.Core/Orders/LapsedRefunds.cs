using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// Refunds that waited 30 days for an order that never came, and reinstatements that waited as long for their refund: they wait
/// no longer, and an event tells so (money.md MO-24).
/// </summary>
public sealed class LapsedRefunds(Database database, Transactions transactions, TimeProvider clock)
{
    public const int WaitDays = 30;

    private const int BatchSize = 200;

    private static readonly Caller Job = new("job:refunds", Trusted: true);

    private const string ProgramsSql = """
        select r.program_id from refunds r where r.state = 'waiting' and r.received_at <= $1
        union
        select w.program_id from waiting_reinstatements w where w.received_at <= $1
        """;

    private const string LapseSql = """
        update refunds r set state = 'lapsed'
        from (select w.refund_key from refunds w
              where w.program_id = $1 and w.state = 'waiting' and w.received_at <= $2
              order by w.refund_key
              limit $3
              for update skip locked) as due
        where r.program_id = $1 and r.refund_key = due.refund_key
        returning r.refund_id, r.order_id
        """;

    private const string ForgetSql = """
        delete from waiting_reinstatements w
        where w.program_id = $1
          and w.refund_id in (select d.refund_id from waiting_reinstatements d
                              where d.program_id = $1 and d.received_at <= $2
                              order by d.refund_id
                              limit $3
                              for update skip locked)
        returning w.refund_id
        """;

    /// <returns>How many refunds and reinstatements lapsed.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var programs = new List<long>();
        await using (var connection = await database.OpenAsync(ct))
        {
            var load = new LoadBatch(connection);
            load.Query(ProgramsSql, row => programs.Add(row.GetInt64(0)), Param.Of(Deadline));
            await load.RunAsync(ct);
        }
        var lapsed = 0;
        foreach (var program in programs)
            lapsed += (await transactions.RunAsync(program, Job, LapseAsync, ct)).Match(done => done.Count, _ => 0);
        return lapsed;
    }

    private DateTimeOffset Deadline => clock.GetUtcNow().AddDays(-WaitDays);

    private async Task<Outcome<Lapsed>> LapseAsync(Transaction tx, CancellationToken ct)
    {
        var refunds = new List<(string RefundId, string OrderId)>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            LapseSql, row => refunds.Add((row.GetString(0), row.GetString(1))), Param.Of(tx.ProgramId), Param.Of(Deadline), Param.Of(BatchSize));
        var reinstatements = new List<string>();
        load.Query(ForgetSql, row => reinstatements.Add(row.GetString(0)), Param.Of(tx.ProgramId), Param.Of(Deadline), Param.Of(BatchSize));
        await load.RunAsync(ct);
        foreach (var refundId in reinstatements)
            tx.Raise(EventType.RefundLapsed, $"refund:{refundId}", new JsonObject { ["refundId"] = refundId, ["reinstatement"] = true });
        foreach (var (refundId, orderId) in refunds)
            tx.Raise(EventType.RefundLapsed, $"refund:{refundId}", new JsonObject { ["refundId"] = refundId, ["orderId"] = orderId });
        return new Lapsed(refunds.Count + reinstatements.Count);
    }

    private sealed record Lapsed(int Count);
}

using System.Globalization;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Orders;

/// <param name="RefundId">The cancellation that did it; null where one stood already.</param>
public sealed record OrderWithdrawn(long OrderKey, string OrderId, string? RefundId);

/// <summary>
/// Takes whole orders back: archived ones may be restored; a deleted one frees its id for the next order of that id, which is
/// then a new generation (money.md MO-22). What the order put on any account sums to zero.
/// </summary>
public sealed class CancelledOrders(Transactions transactions)
{
    private const string FreeSql = "update orders set living = false where program_id = $1 and order_key = $2";

    private const string ArchivesSql = """
        select count(*) from refunds where program_id = $1 and order_key = $2 and kind = 'cancel'
        """;

    private const string LatestSql = """
        select refund_id
        from refunds
        where program_id = $1 and kind = 'cancel' and state = 'applied'
          and order_key = (select o.order_key from orders o where o.program_id = $1 and o.order_id = $2 and o.living)
        order by refund_key desc
        limit 1
        """;

    /// <returns><c>NotFound</c> where no such order stands.</returns>
    public Task<Outcome<OrderWithdrawn>> DeleteAsync(ReferralProgram program, string orderId, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync(program.Id, caller, (tx, token) => DeleteAsync(tx, program, orderId, token), ct);
    }

    /// <returns><c>NotFound</c>, or <c>IllegalTransition</c> where it is cancelled already.</returns>
    public Task<Outcome<OrderWithdrawn>> ArchiveAsync(ReferralProgram program, string orderId, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync(program.Id, caller, (tx, token) => ArchiveAsync(tx, program, orderId, token), ct);
    }

    /// <summary>Whatever cancelled it stands no more, and what was taken back is owed again (money.md MO-50).</summary>
    /// <returns><c>NotFound</c>, or <c>IllegalTransition</c> where it is not cancelled.</returns>
    public Task<Outcome<RefundRecorded>> RestoreAsync(ReferralProgram program, string orderId, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync(program.Id, caller, (tx, token) => RestoreAsync(tx, program, orderId, token), ct);
    }

    internal static async Task<Outcome<OrderWithdrawn>> DeleteAsync(Transaction tx, ReferralProgram program, string orderId, CancellationToken ct)
    {
        var loaded = await OrderSnapshot.LoadAsync(tx, orderId, refundId: null, merchantId: null, ct);
        if (loaded.Order is not { } order)
            return NotFound;
        string? refundId = null;
        if (order.State != "cancelled")
        {
            refundId = string.Create(CultureInfo.InvariantCulture, $"delete:{order.Generation}:{order.OrderId}");
            await CancelAsync(tx, program, loaded, refundId, ct);
        }
        tx.Writes.Add(FreeSql, Param.Of(tx.ProgramId), Param.Of(order.Key));
        tx.Audit("order.delete", $"order:{order.Key}", null, new JsonObject { ["orderId"] = order.OrderId });
        return new OrderWithdrawn(order.Key, order.OrderId, refundId);
    }

    private static async Task<Outcome<OrderWithdrawn>> ArchiveAsync(Transaction tx, ReferralProgram program, string orderId, CancellationToken ct)
    {
        var loaded = await OrderSnapshot.LoadAsync(tx, orderId, refundId: null, merchantId: null, ct);
        if (loaded.Order is not { } order)
            return NotFound;
        if (order.State == "cancelled")
            return new Problem(ProblemCode.IllegalTransition, "The order is cancelled already.");
        var before = 0L;
        var load = new LoadBatch(tx.Connection);
        load.Query(ArchivesSql, row => before = row.GetInt64(0), Param.Of(tx.ProgramId), Param.Of(order.Key));
        await load.RunAsync(ct);
        var refundId = string.Create(CultureInfo.InvariantCulture, $"archive:{order.Generation}:{before + 1}:{order.OrderId}");
        await CancelAsync(tx, program, loaded, refundId, ct);
        tx.Audit("order.archive", $"order:{order.Key}", null, new JsonObject { ["orderId"] = order.OrderId });
        return new OrderWithdrawn(order.Key, order.OrderId, refundId);
    }

    private static async Task<Outcome<RefundRecorded>> RestoreAsync(Transaction tx, ReferralProgram program, string orderId, CancellationToken ct)
    {
        // The order's lock comes first, as everywhere.
        var loaded = await OrderSnapshot.LoadAsync(tx, orderId, refundId: null, merchantId: null, ct);
        if (loaded.Order is null)
            return NotFound;
        string? refundId = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(LatestSql, row => refundId = row.GetString(0), Param.Of(tx.ProgramId), Param.Of(orderId));
        await load.RunAsync(ct);
        return refundId is null
            ? new Problem(ProblemCode.IllegalTransition, "The order is not cancelled.")
            : await ReinstateRefund.ReinstateAsync(tx, program, refundId, ct);
    }

    private static Task<RefundRecorded> CancelAsync(
        Transaction tx, ReferralProgram program, OrderSnapshot loaded, string refundId, CancellationToken ct)
    {
        var cancel = new RefundInput { RefundId = refundId, OrderId = loaded.Order!.OrderId, Kind = RefundKind.Cancel };
        return RefundOrder.AddAsync(tx, program, cancel, loaded, loaded.Order, 0, ct);
    }

    private static Problem NotFound => new(ProblemCode.NotFound, "There is no such order.", "orderId");
}

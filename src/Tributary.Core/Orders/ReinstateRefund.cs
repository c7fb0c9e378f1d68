using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>A refund or cancellation that did not stand after all, such as a dispute that was won: it counts as nothing from now on. One that comes before its refund waits for it.</summary>
public sealed class ReinstateRefund(Transactions transactions)
{
    private const string UpdateSql = """
        update refunds set state = 'reinstated', reinstated_at = $3 where program_id = $1 and refund_key = $2
        """;

    public Task<Outcome<RefundRecorded>> ExecuteAsync(ReferralProgram program, string refundId, Caller caller, CancellationToken ct) =>
        transactions.RunAsync(program.Id, caller, (tx, token) => ReinstateAsync(tx, program, refundId, token), ct);

    internal static async Task<Outcome<RefundRecorded>> ReinstateAsync(Transaction tx, ReferralProgram program, string refundId, CancellationToken ct)
    {
        if (await FindAsync(tx, refundId, ct) is not { } named)
            return await WaitAsync(tx, refundId, ct);
        var loaded = await OrderSnapshot.LoadAsync(tx, named.OrderId, refundId, merchantId: null, ct);
        var refund = loaded.SameRefund!;
        if (refund.State == "waiting" && loaded.Order is null)
        {
            await OrderIdLock.TakeWithoutOrderAsync(tx, refund.OrderId, ct);
            refund = (await FindAsync(tx, refundId, ct))!;
        }
        if (refund.State == "reinstated")
            return Answer(refund, loaded.Order, repeated: true);
        // What was cancelled for good owes nothing to anybody, whatever becomes of its refunds.
        if (refund.OrderKey is { } ended && ended != loaded.Order?.Key)
            return new Problem(ProblemCode.IllegalTransition, "The order of this refund was deleted; nothing of it can stand again.", "refundId");
        Mark(tx, refund);
        if (loaded.Order is { } order && refund.OrderKey == order.Key)
        {
            List<RefundRow> standing = [.. loaded.Refunds.Select(row => row.Key == refund.Key ? row with { State = "reinstated" } : row)];
            var recomputing = new Recomputing(TransferKind.Reinstate, $"reinstate:{refund.Key}", "reinstated", MayRise: true);
            await RecomputeOrder.RunAsync(tx, program, loaded, standing, recomputing, ct);
            Raise(tx, order, refund);
        }
        tx.Audit("refund.reinstate", $"refund:{refund.RefundId}", null, null);
        return Answer(refund with { State = "reinstated" }, loaded.Order, repeated: false);
    }

    internal static void Mark(Transaction tx, RefundRow refund) =>
        tx.Writes.Add(UpdateSql, Param.Of(tx.ProgramId), Param.Of(refund.Key), Param.Of(tx.Now));

    internal static void Raise(Transaction tx, OrderRow order, RefundRow refund) => tx.Raise(
        EventType.OrderReinstated, $"order:{order.Key}",
        new JsonObject { ["orderKey"] = order.Key, ["orderId"] = order.OrderId, ["refundId"] = refund.RefundId },
        order.CustomerId, order.ReferrerId, order.Key);

    private static async Task<Outcome<RefundRecorded>> WaitAsync(Transaction tx, string refundId, CancellationToken ct)
    {
        var repeated = await WaitingReinstatement.KeepAsync(tx, refundId, ct);
        if (!repeated)
            tx.Audit("refund.reinstate", $"refund:{refundId}", null, null);
        return new RefundRecorded(0, refundId, null, 0, null, new Dictionary<string, BigInteger>(), Waiting: true, repeated);
    }

    private static async Task<RefundRow?> FindAsync(Transaction tx, string refundId, CancellationToken ct)
    {
        RefundRow? found = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(RefundRow.ByIdSql, row => found = RefundRow.Read(row), Param.Of(tx.ProgramId), Param.Of(refundId));
        await load.RunAsync(ct);
        return found;
    }

    private static RefundRecorded Answer(RefundRow refund, OrderRow? order, bool repeated) => new(
        refund.Key, refund.RefundId, refund.OrderId, refund.Amount, order?.Currency, new Dictionary<string, BigInteger>(), Waiting: false, repeated);
}

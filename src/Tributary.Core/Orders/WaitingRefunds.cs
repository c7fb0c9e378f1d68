using System.Numerics;
using Tributary.Rewards;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>Refunds that came before their order are applied in the order's own transaction (money.md MO-24).</summary>
internal static class WaitingRefunds
{
    private const string ApplySql = """
        update refunds set state = 'applied', order_key = $3, amount = $4, customer_taken = $5 where program_id = $1 and refund_key = $2
        """;

    /// <param name="orderId">The order, which has been added to what this operation writes.</param>
    public static async Task ApplyAsync(Transaction tx, ReferralProgram program, string orderId, IReadOnlyList<RefundRow> waiting, CancellationToken ct)
    {
        await tx.Writes.FlushAsync(tx.Connection, ct);
        var loaded = await OrderSnapshot.LoadAsync(tx, orderId, refundId: null, merchantId: null, ct);
        var left = loaded.Order!.Total;
        var applied = new List<RefundRow>();
        foreach (var refund in waiting)
        {
            // What would exceed the total is cut to what remains.
            var amount = refund.Kind == "cancel" ? 0 : Math.Min(left, refund.Requested ?? left);
            left -= amount;
            applied.Add(refund with { OrderKey = loaded.Order.Key, State = "applied", Amount = amount });
        }
        var recomputed = await RecomputeOrder.RunAsync(tx, program, loaded, applied, Recomputing.ByRefund(applied[0].Key), ct);
        foreach (var refund in applied)
        {
            // They were applied as one; what that took is told of the first.
            var taken = refund == applied[0] ? recomputed.CustomerTaken : new Dictionary<string, BigInteger>();
            RefundOrder.Raise(tx, loaded.Order, refund);
            tx.Writes.Add(
                ApplySql,
                Param.Of(tx.ProgramId),
                Param.Of(refund.Key),
                Param.Of(refund.OrderKey),
                Param.Of(refund.Amount),
                Param.Json(AmountsJson.Write(taken)));
        }
    }
}

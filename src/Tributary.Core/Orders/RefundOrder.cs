using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// Takes back all or part of an order. What is owed is recomputed from what remains and the difference is posted, so any
/// sequence of refunds ends where one refund of their sum ends, and a full refund leaves exactly nothing.
/// </summary>
public sealed class RefundOrder(Transactions transactions)
{
    private const string InsertSql = """
        insert into refunds (program_id, refund_key, refund_id, order_id, order_key, kind, state, requested, amount, base, occurred_at,
                             received_at, customer_taken, details, counted_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    public Task<Outcome<RefundRecorded>> ExecuteAsync(ReferralProgram program, RefundInput refund, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(refund);
        return RefundChecks.Refuse(refund) is { } problem
            ? Task.FromResult<Outcome<RefundRecorded>>(problem)
            : transactions.RunAsync(program.Id, caller, (tx, token) => RefundAsync(tx, program, refund, token), ct);
    }

    private static async Task<Outcome<RefundRecorded>> RefundAsync(Transaction tx, ReferralProgram program, RefundInput input, CancellationToken ct)
    {
        var loaded = await OrderSnapshot.LoadAsync(tx, input.OrderId, input.RefundId, input.CustomerMerchantId, ct);
        if (loaded.NamedCustomer is RefundCustomer.Unknown)
            return new Problem(ProblemCode.NotFound, "This customer does not exist.", "customerId");
        if (loaded.SameRefund is { } known)
            return RefundChecks.Repeat(known, input, loaded);
        if (loaded.Order is not { } order)
            return await WithoutOrderAsync(tx, program, input, loaded, ct);
        if (loaded.NamedCustomer is RefundCustomer.Other)
            return new Problem(ProblemCode.UnknownReference, "This customer has no such order.", "orderId");
        if (!RefundChecks.AmountOf(input, order).TryGet(out var amount, out var refused))
            return refused;
        return loaded.ReinstatementWaits
            ? AddReinstated(tx, program, input, order, amount)
            : await AddAsync(tx, program, input, loaded, order, amount, ct);
    }

    internal static async Task<RefundRecorded> AddAsync(
        Transaction tx, ReferralProgram program, RefundInput input, OrderSnapshot loaded, OrderRow order, long amount, CancellationToken ct)
    {
        var row = NewRow(tx, program, input, order.Key, amount, "applied");
        var recomputed = await RecomputeOrder.RunAsync(tx, program, loaded, [.. loaded.Refunds, row], Recomputing.ByRefund(row.Key), ct);
        Write(tx, row with { CustomerTaken = AmountsJson.Write(recomputed.CustomerTaken) }, input.Details);
        Raise(tx, order, row);
        return new RefundRecorded(
            row.Key, row.RefundId, row.OrderId, row.Amount, order.Currency, recomputed.CustomerTaken, Waiting: false, Repeated: false);
    }

    /// <summary>A refund whose reinstatement came before it: both are recorded, and nothing changes.</summary>
    private static RefundRecorded AddReinstated(Transaction tx, ReferralProgram program, RefundInput input, OrderRow? order, long amount)
    {
        var row = NewRow(tx, program, input, order?.Key, amount, order is null ? "waiting" : "applied");
        Write(tx, row, input.Details);
        ReinstateRefund.Mark(tx, row);
        WaitingReinstatement.Delete(tx, row.RefundId);
        if (order is not null)
        {
            Raise(tx, order, row);
            ReinstateRefund.Raise(tx, order, row);
        }
        return new RefundRecorded(
            row.Key, row.RefundId, row.OrderId, row.Amount, order?.Currency, new Dictionary<string, BigInteger>(), Waiting: false, Repeated: false);
    }

    /// <summary>A refund that came before its order is kept until the order comes, where the caller wants that.</summary>
    private static async Task<Outcome<RefundRecorded>> WithoutOrderAsync(
        Transaction tx, ReferralProgram program, RefundInput input, OrderSnapshot loaded, CancellationToken ct)
    {
        if (loaded.OrderIdIsRefund)
            return new Problem(ProblemCode.NotAnOrder, "What this names is itself a refund.", "orderId");
        if (!input.WaitForOrder)
            return new Problem(ProblemCode.UnknownReference, "There is no such order.", "orderId");
        if (loaded.ReinstatementWaits)
            return AddReinstated(tx, program, input, null, input.Amount ?? 0);
        await OrderIdLock.TakeWithoutOrderAsync(tx, input.OrderId, ct);
        var row = NewRow(tx, program, input, null, input.Amount ?? 0, "waiting");
        Write(tx, row, input.Details);
        return new RefundRecorded(
            row.Key, row.RefundId, row.OrderId, row.Amount, null, new Dictionary<string, BigInteger>(), Waiting: true, Repeated: false);
    }

    private static RefundRow NewRow(Transaction tx, ReferralProgram program, RefundInput input, long? orderKey, long amount, string state) => new(
        tx.TakeNumber(), input.RefundId, input.OrderId, orderKey, RefundKinds.Text(input.Kind), state, input.Amount, amount, input.Base,
        input.RefundedAt ?? tx.Now, "{}", program.DayOf(input.RefundedAt ?? tx.Now));

    private static void Write(Transaction tx, RefundRow row, JsonObject details) => tx.Writes.Add(
        InsertSql,
        Param.Of(tx.ProgramId),
        Param.Of(row.Key),
        Param.Of(row.RefundId),
        Param.Of(row.OrderId),
        Param.Of(row.OrderKey),
        Param.Of(row.Kind),
        Param.Of(row.State),
        Param.Of(row.Requested),
        Param.Of(row.Amount),
        Param.Of(row.Base),
        Param.Of(row.OccurredAt),
        Param.Of(tx.Now),
        Param.Json(row.CustomerTaken),
        Param.Json(details),
        Param.Of(row.CountedOn));

    internal static void Raise(Transaction tx, OrderRow order, RefundRow row) => tx.Raise(
        row.Kind == "cancel" ? EventType.OrderCancelled : EventType.OrderRefunded,
        $"order:{order.Key}",
        new JsonObject
        {
            ["orderKey"] = order.Key,
            ["orderId"] = order.OrderId,
            ["refundKey"] = row.Key,
            ["refundId"] = row.RefundId,
            ["kind"] = row.Kind,
            ["amount"] = row.Amount,
            ["currency"] = order.Currency.Code,
        },
        order.CustomerId,
        order.ReferrerId,
        order.Key);
}

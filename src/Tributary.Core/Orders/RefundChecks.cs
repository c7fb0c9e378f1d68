using Tributary.Rewards;
using Tributary.Primitives;

namespace Tributary.Orders;

internal static class RefundKinds
{
    public static string Text(RefundKind kind) => kind switch
    {
        RefundKind.Refund => "refund",
        RefundKind.Chargeback => "chargeback",
        RefundKind.Cancel => "cancel",
    };
}

/// <summary>What is wrong with a refund, and what it comes to.</summary>
internal static class RefundChecks
{
    public static Problem? Refuse(RefundInput refund)
    {
        if (string.IsNullOrWhiteSpace(refund.RefundId))
            return new Problem(ProblemCode.MissingField, "A refund needs an id.", "refundId");
        if (refund.RefundId.Length > Limits.OrderId)
            return new Problem(ProblemCode.TooLong, $"A refund's id has at most {Limits.OrderId} characters.", "refundId");
        if (string.IsNullOrWhiteSpace(refund.OrderId))
            return new Problem(ProblemCode.MissingField, "A refund names its order.", "orderId");
        if (refund.Amount <= 0)
            return new Problem(ProblemCode.AmountOutOfRange, "A refund's amount is more than 0.", "amount");
        return refund.Base < 0
            ? new Problem(ProblemCode.AmountOutOfRange, "A refund's base is not negative.", "base")
            : null;
    }

    /// <summary>The same refund id again: the first answer where it asks for the same, else a refusal.</summary>
    public static Outcome<RefundRecorded> Repeat(RefundRow known, RefundInput input, OrderSnapshot loaded)
    {
        if (known.OrderId != input.OrderId)
            return new Problem(ProblemCode.Conflict, "This refund id is recorded already for another order.", "orderId");
        if (Requested(known.Requested, loaded.Order) != Requested(input.Amount, loaded.Order))
            return new Problem(ProblemCode.Conflict, "This refund id is recorded already with another amount.", "amount");
        if (known.Base != input.Base)
            return new Problem(ProblemCode.Conflict, "This refund id is recorded already with another base.", "base");
        return known.Kind != RefundKinds.Text(input.Kind)
            ? new Problem(ProblemCode.Conflict, "This refund id is recorded already as another kind.", "kind")
            : new RefundRecorded(
                known.Key, known.RefundId, known.OrderId, known.Amount, loaded.Order?.Currency, AmountsJson.Read(known.CustomerTaken),
                Waiting: known.State == "waiting", Repeated: true);
    }

    /// <summary>What a refund takes: what it asks for, or all that remains (money.md MO-23).</summary>
    public static Outcome<long> AmountOf(RefundInput input, OrderRow order)
    {
        if (input.Kind == RefundKind.Cancel)
            return 0;
        var remaining = order.Total - order.Refunded;
        if (remaining == 0)
            return new Problem(ProblemCode.OrderFullyRefunded, "Nothing of this order is left to refund.", "orderId");
        if (input.Amount is not { } amount)
            return remaining;
        if (amount <= remaining)
            return amount;
        return input.CutToRemaining
            ? remaining
            : new Problem(ProblemCode.RefundExceedsOrder, "The refund is more than what is left of the order.", "amount");
    }

    /// <summary>Naming the whole total and naming no amount ask for the same.</summary>
    private static long? Requested(long? amount, OrderRow? order) => amount ?? order?.Total;
}

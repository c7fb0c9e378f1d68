using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Chains;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>What the outbox is told of orders on chains (debridge.md § 5.2): amounts and values in USD as decimal strings.</summary>
internal static class ChainNews
{
    public static void Moved(Transaction tx, ChainOrder order, ChainOrderState? previous) =>
        Tell(tx, TypeOf(order.State), order, previous);

    public static void DetailsAdded(Transaction tx, ChainOrder order) => Tell(tx, EventType.OrderDetailsAdded, order, order.State);

    public static JsonObject Of(ChainOrder order, ChainOrderState? previous) => new()
    {
        ["orderId"] = order.OrderId,
        ["kind"] = order.Kind.Text(),
        ["referralCode"] = order.ReferralCode,
        ["referrerId"] = order.ReferrerId,
        ["state"] = order.State.ToString(),
        ["previousState"] = previous?.ToString(),
        ["maker"] = order.Maker,
        ["give"] = Side(order.GiveChain, order.GiveToken, order.GiveAmount, order.EffectiveGiveFinal),
        ["take"] = Side(order.TakeChain, order.TakeToken, order.TakeAmount, order.EffectiveTakeFinal),
        ["usd"] = new JsonObject
        {
            ["give"] = Usd(order.GiveUsd),
            ["take"] = Usd(order.TakeUsd),
            ["protocolFee"] = Usd(order.ProtocolFeeUsd),
            ["affiliateFee"] = Usd(order.AffiliateUsd),
        },
        ["affiliateAmount"] = Text(order.AffiliateAmount),
        ["externalCallState"] = order.ExternalCallState.ToString(),
        ["occurredAt"] = TimeOf(order).ToString("O"),
    };

    private static void Tell(Transaction tx, string type, ChainOrder order, ChainOrderState? previous) =>
        tx.Raise(type, $"order:{order.Key}", Of(order, previous), order.CustomerId, order.ReferrerId, order.Key);

    private static string TypeOf(ChainOrderState state) => state switch
    {
        ChainOrderState.Created => EventType.OrderCreated,
        ChainOrderState.Fulfilled => EventType.OrderFulfilled,
        ChainOrderState.SentUnlock => EventType.OrderUnlockSent,
        ChainOrderState.ClaimedUnlock => EventType.OrderCompleted,
        ChainOrderState.OrderCancelled => EventType.OrderCancelled,
        ChainOrderState.SentOrderCancel => EventType.OrderCancelSent,
        ChainOrderState.ClaimedOrderCancel => EventType.OrderCancelClaimed,
    };

    private static DateTimeOffset TimeOf(ChainOrder order) =>
        order.FinalAt ?? order.FulfilledAt ?? order.CancelledAt ?? order.CreatedAt;

    private static JsonObject Side(long chain, string token, BigInteger amount, BigInteger final) => new()
    {
        ["chainId"] = chain,
        ["token"] = token,
        ["amount"] = Text(amount),
        ["finalAmount"] = Text(final),
    };

    private static string? Usd(long? millionths) => millionths is { } value ? UsdAmount.Text(value) : null;

    private static string? Text(BigInteger? amount) => amount?.ToString(CultureInfo.InvariantCulture);
}

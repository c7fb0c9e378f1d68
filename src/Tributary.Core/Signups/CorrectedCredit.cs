using System.Text.Json.Nodes;
using Tributary.Attribution;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>Who is credited with an order from now on.</summary>
internal sealed record NewCredit(long ReferrerId, string Via, CreditedLink? Link);

/// <summary>Corrects who is credited with orders that are recorded: a person has said so, or a click has come late (clicks.md CL-95).</summary>
internal static class CorrectedCredit
{
    private const string CreditSql = """
        update orders set referrer_id = $3, via = $4, link_id = $5, click_id = $6, explanation = $7 where program_id = $1 and order_key = $2
        """;

    private const string ExplainSql = "update orders set explanation = $3 where program_id = $1 and order_key = $2";

    private const string TouchSql = """
        update touches set outcome = $4, referrer_id = $5, link_id = $6
        where program_id = $1 and customer_id = $2 and order_key is not distinct from $3 and kind = 'click' and typed = $7
          and outcome = 'click_not_here_yet'
        """;

    private const string OutrankSql = """
        update touches set outcome = 'outranked_by_manual'
        where program_id = $1 and customer_id = $2 and (order_key is null or order_key = any($3)) and kind <> 'manual' and outcome = any($4)
        """;

    /// <summary>The customer's living orders, oldest first.</summary>
    public static async Task<IReadOnlyList<OrderRow>> OrdersAsync(Transaction tx, long customerId, CancellationToken ct)
    {
        var orders = new List<OrderRow>();
        var load = new LoadBatch(tx.Connection);
        load.Query(OrderRow.OfCustomerSql, row => orders.Add(OrderRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(customerId));
        await load.RunAsync(ct);
        return orders;
    }

    /// <param name="plan">What the correction owes.</param>
    public static void Write(Transaction tx, OrderRow order, NewCredit credit, IReadOnlyList<TouchOutcome> touches, RewardPlan plan)
    {
        var explanation = Explanation.Corrected(order.Explanation, credit.ReferrerId, credit.Via, touches, plan, $"order:{order.Key}");
        tx.Writes.Add(
            CreditSql,
            Param.Of(tx.ProgramId), Param.Of(order.Key), Param.Of(credit.ReferrerId), Param.Of(credit.Via), Param.Of(credit.Link?.LinkId),
            Param.Of(credit.Link?.ClickId), Param.Json(explanation));
        tx.Raise(
            EventType.OrderUpdated, $"order:{order.Key}",
            new JsonObject
            {
                ["orderKey"] = order.Key,
                ["orderId"] = order.OrderId,
                ["referrerId"] = credit.ReferrerId,
                ["referrerBefore"] = order.ReferrerId,
                ["via"] = credit.Via,
                ["linkId"] = credit.Link?.LinkId,
                ["linkBefore"] = order.LinkId,
            },
            order.CustomerId, credit.ReferrerId, order.Key);
    }

    /// <summary>Nobody is credited now either, for a reason that is known by now.</summary>
    public static void Explain(Transaction tx, OrderRow order, IReadOnlyList<TouchOutcome> touches) => tx.Writes.Add(
        ExplainSql,
        Param.Of(tx.ProgramId), Param.Of(order.Key),
        Param.Json(Explanation.Corrected(order.Explanation, order.ReferrerId, order.Via, touches, RewardPlan.Nothing, $"order:{order.Key}")));

    /// <summary>What a waiting click turned out to be.</summary>
    public static void WriteTouch(Transaction tx, long customerId, long? orderKey, TouchOutcome click) => tx.Writes.Add(
        TouchSql,
        Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(orderKey), Param.Of(click.Code), Param.Of(click.ReferrerId), Param.Of(click.LinkId),
        Param.Of(click.Text));

    /// <summary>The touches as they stand when some of them came to be known: those replace the ones of the same id.</summary>
    public static IReadOnlyList<TouchOutcome> Replace(string? kept, IReadOnlyList<TouchOutcome> known)
    {
        var ids = known.Select(touch => (touch.Via, touch.TouchId)).ToHashSet();
        return [.. known, .. Explanation.Touches(kept).Where(touch => !ids.Contains((touch.Via, touch.TouchId)))];
    }

    /// <summary>The touches of an order after a person has named the referrer: what might have won is outranked.</summary>
    public static IReadOnlyList<TouchOutcome> ByHand(OrderRow order, TouchOutcome claim) =>
    [
        claim,
        .. Explanation.Touches(order.Explanation).Select(touch => IsOutranked(touch.Reason) ? touch with { Reason = TouchReason.OutrankedByManual, Parameter = null } : touch),
    ];

    public static void OutrankTouches(Transaction tx, long customerId, IReadOnlyList<OrderRow> orders) => tx.Writes.Add(
        OutrankSql,
        Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of([.. orders.Select(order => order.Key)]),
        Param.Of([.. Enum.GetValues<TouchReason>().Where(IsOutranked).Select(reason => (string?)TouchReasonText.Of(reason))]));

    /// <summary>A claim by hand is asked before all that depends on others or on the customer.</summary>
    private static bool IsOutranked(TouchReason reason) => reason is
        TouchReason.Won or TouchReason.OutrankedByManual or TouchReason.OutrankedByExisting or TouchReason.OutrankedByCoupon
        or TouchReason.OutrankedByCode or TouchReason.OutrankedByClick or TouchReason.OlderClick or TouchReason.NewerClick
        or TouchReason.CustomerLocked or TouchReason.CustomerNotNew or TouchReason.CodeTooLate;
}

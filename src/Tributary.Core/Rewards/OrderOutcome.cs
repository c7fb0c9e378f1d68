using System.Text.Json.Nodes;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>
/// What an order counts for in analytics (clicks.md § 9). It is a conversion while it is paid and credited to a referrer, not
/// refunded in full, and either worth something or a sale. Its revenue is what refunds left of it, on its own day; what was
/// refunded is told on the order's day and, once more, on the refund's.
/// </summary>
internal static class OrderOutcome
{
    private const string Sale = "sale";

    /// <summary>Counts the difference that an operation makes.</summary>
    /// <param name="before">Null: the order is new.</param>
    public static void CountChange(
        Transaction tx, (OrderRow Order, IReadOnlyList<RefundRow> Refunds)? before, (OrderRow Order, IReadOnlyList<RefundRow> Refunds) after)
    {
        if (before is { } old)
        {
            foreach (var (credit, amounts) in Of(old.Order, old.Refunds))
                tx.Outcomes.Add(credit, old.Order.Currency.Code, -amounts);
        }
        foreach (var (credit, amounts) in Of(after.Order, after.Refunds))
            tx.Outcomes.Add(credit, after.Order.Currency.Code, amounts);
    }

    public static IEnumerable<(OutcomeCredit Credit, OutcomeAmounts Amounts)> Of(OrderRow order, IReadOnlyList<RefundRow> refunds)
    {
        if (order is not { ReferrerId: { } referrer, CountedOn: { } day })
            yield break;
        var credit = new OutcomeCredit(referrer, order.LinkId, order.ClickId, day);
        var money = IsMoney(order);
        var converts = IsConversion(order);
        yield return (credit, new OutcomeAmounts
        {
            Conversions = converts ? 1 : 0,
            Revenue = converts && money ? order.Total - order.Refunded : 0,
            Refunds = money ? order.Refunded : 0,
        });
        foreach (var refund in refunds.Where(refund => money && refund is { Counts: true, Kind: not "cancel", Amount: > 0, CountedOn: not null }))
            yield return (credit with { Day = refund.CountedOn!.Value }, new OutcomeAmounts { Refunded = refund.Amount });
    }

    public static bool IsConversion(OrderRow order) =>
        order.State == "paid" && (order.Total == 0 ? Detail(order, Cause.ActionMember) is null or Sale : order.Refunded < order.Total);

    /// <summary>An order in points is a conversion without revenue.</summary>
    private static bool IsMoney(OrderRow order) =>
        !order.Details.Contains("isCurrency", StringComparison.Ordinal) || Detail(order, "isCurrency") != "false";

    private static string? Detail(OrderRow order, string name) => JsonNode.Parse(order.Details)?[name]?.ToString();
}

using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>Refunds: gameball.md 3.8.</summary>
internal sealed class RefundCalls(RefundOrder refund, OrderTransactions orders, TimeProvider clock)
{
    private const int MostLines = 500;

    private static readonly WireMember[] OfRefund =
    [
        WireMember.Required(CustomerMembers.IdName, WireType.Text, "The order's customer"),
        WireMember.Required("refundTransactionId", WireType.Text, "The merchant's own id of the refund"),
        WireMember.Required("reverseTransactionId", WireType.Text, "The id of the order"),
        new("transactionTime", WireType.Time, "When; absent: now"),
        new("refundAmount", WireType.Number, "In major units; absent: what the items come to, else all that remains"),
        new("lineItems", WireType.Objects, "What is given back") { Members = OrderLine.OfLine },
        new("merchant", WireType.Object, "Where") { Members = MerchantMembers.OfMerchant },
    ];

    public IReadOnlyList<GameballRoute> Routes =>
    [
        new("POST", "transactions/refund", KeyDemand.Secret, RefundAsync)
        {
            Summary = "Take back all or part of an order",
            Body = OfRefund,
            Answer = GameballJson.Answers.RefundAnswer,
        },
    ];

    private async Task<GameballAnswer> RefundAsync(GameballCall call, CancellationToken ct)
    {
        var body = call.Body;
        var currency = call.Program.Currency;
        var customerId = CustomerMembers.ReadId(body);
        var refundId = body.RequiredText("refundTransactionId", Limits.OrderId);
        var orderId = body.RequiredText("reverseTransactionId", Limits.OrderId);
        var time = OrderTimes.Read(body, "transactionTime", clock.GetUtcNow());
        var amount = body.Money("refundAmount", currency);
        var lines = body.Objects("lineItems", MostLines).Select(line => OrderLine.Read(line, currency)).ToList();
        if (amount == 0)
            body.Report(GameballErrors.Invalid("refundAmount"));
        if (body.Fault is { } fault)
            return fault;
        if (amount is null && lines.Count > 0)
        {
            amount = RefundLines.Sum(lines, await orders.ItemPricesAsync(call.Program.Id, orderId, ct), currency);
            if (amount is null or <= 0)
                return GameballErrors.Invalid("lineItems");
        }
        var input = new RefundInput
        {
            CustomerMerchantId = customerId,
            RefundId = refundId,
            OrderId = orderId,
            Amount = amount,
            RefundedAt = time,
            CutToRemaining = true,
            WaitForOrder = false,
            Details = DetailsOf(body, lines),
        };
        var outcome = await refund.ExecuteAsync(call.Program, input, call.Caller, ct);
        return outcome.Match(
            recorded => GameballAnswer.Of(RefundAnswer.Of(recorded, currency), GameballJson.Answers.RefundAnswer),
            problem => RefusalOf(problem));
    }

    private static GameballError RefusalOf(Problem problem) => problem.Code switch
    {
        ProblemCode.Conflict => GameballErrors.KnownWithOther("refund transaction id", problem.Field ?? "content"),
        _ => GameballErrors.From(problem),
    };

    private static JsonObject DetailsOf(WireObject body, List<OrderLine> lines)
    {
        var details = new JsonObject();
        OrderMembers.Keep(details, "lineItems", lines.Count > 0 ? new JsonArray([.. lines.Select(line => line.ToNode())]) : null);
        OrderMembers.Keep(details, "merchant", MerchantMembers.Read(body));
        return details;
    }
}

/// <summary>The amount of a refund that only names items.</summary>
internal static class RefundLines
{
    private const decimal MostQuantity = 1_000_000_000m;
    private const decimal MostPrice = 1_000_000_000_000_000m;

    /// <summary>
    /// Σ price × quantity − discount + taxes in minor units, rounded once. A missing price is the one the order's item of that
    /// product had, a missing quantity is 1. Null where a price stays unknown.
    /// </summary>
    public static long? Sum(IReadOnlyList<OrderLine> lines, IReadOnlyDictionary<string, decimal> prices, Currency currency)
    {
        var sum = 0m;
        foreach (var line in lines)
        {
            var price = line.Price ?? (line.ProductId is { } id && prices.TryGetValue(id, out var known) ? known : null);
            var quantity = line.Quantity ?? 1;
            if (price is not { } each || !IsUsable(each, MostPrice) || !IsUsable(quantity, MostQuantity))
                return null;
            sum += (each * quantity) - (line.Discount ?? 0) + (line.Taxes ?? 0);
        }
        return MajorUnits.ParseMinor(sum.ToString(CultureInfo.InvariantCulture), currency.Exponent).TryGet(out var minor, out _)
            ? minor
            : null;
    }

    private static bool IsUsable(decimal number, decimal most) => number >= 0 && number <= most;
}

/// <param name="GameballTransactionId">A text here, a number elsewhere, as the calls are published.</param>
internal sealed record RefundAnswer(
    string GameballTransactionId, string RefundTransactionId, WireAmount RefundAmount, WireAmount RefundEquivalentPoints)
{
    public static RefundAnswer Of(RefundRecorded recorded, Currency currency) => new(
        recorded.RefundKey.ToString(CultureInfo.InvariantCulture),
        recorded.RefundId,
        WireAmount.Money(recorded.Amount, currency),
        WireAmount.Points(recorded.CustomerTaken.GetValueOrDefault(BalanceCalls.PointsUnit.Text, BigInteger.Zero)));
}

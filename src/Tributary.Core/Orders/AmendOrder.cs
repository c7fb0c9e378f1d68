using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>A deliberate change of an order's amounts. A version not above the present one changes nothing.</summary>
/// <param name="Version">2 or more; the order as recorded is version 1.</param>
/// <param name="Total">Minor units of the order's currency.</param>
public sealed record OrderAmendment(string OrderId, int Version, long Total, long? Price, long? Discount, long? Shipping, long? Tax);

/// <param name="Version">The version that stands.</param>
public sealed record OrderAmended(long OrderKey, string OrderId, int Version, long Total, Currency Currency, bool Changed);

/// <summary>Changes an order's amounts by version and brings its rewards to what is owed by them (money.md MO-22, MO-26).</summary>
public sealed class AmendOrder(Transactions transactions)
{
    private const string UpdateSql = """
        update orders
        set recorded_total = coalesce(recorded_total, total), total = $3, base = $4, version = $5, details = $6
        where program_id = $1 and order_key = $2
        """;

    public Task<Outcome<OrderAmended>> ExecuteAsync(ReferralProgram program, OrderAmendment amendment, Caller caller, CancellationToken ct) =>
        transactions.RunAsync(program.Id, caller, (tx, token) => AmendAsync(tx, program, amendment, token), ct);

    private static async Task<Outcome<OrderAmended>> AmendAsync(Transaction tx, ReferralProgram program, OrderAmendment amendment, CancellationToken ct)
    {
        if (amendment.Total < 0 || amendment.Price < 0 || amendment.Discount < 0 || amendment.Shipping < 0 || amendment.Tax < 0)
            return new Problem(ProblemCode.AmountOutOfRange, "An order's amounts are not negative.", "total");
        var loaded = await OrderSnapshot.LoadAsync(tx, amendment.OrderId, refundId: null, merchantId: null, ct);
        if (loaded.Order is not { } order)
            return new Problem(ProblemCode.NotFound, "There is no such order.", "orderId");
        if (amendment.Version <= order.Version)
            return new OrderAmended(order.Key, order.OrderId, order.Version, order.Total, order.Currency, Changed: false);
        if (amendment.Total < order.Refunded)
            return new Problem(ProblemCode.RefundExceedsOrder, "More than the new total has been refunded already.", "total");
        var amended = Changed(program, order, amendment);
        tx.Writes.Add(
            UpdateSql,
            Param.Of(program.Id), Param.Of(order.Key), Param.Of(amended.Total), Param.Of(amended.Base), Param.Of(amended.Version),
            Param.Json(amended.Details));
        loaded.Order = amended;
        var recomputing = new Recomputing(TransferKind.Amend, $"amend:{order.Key}:{amended.Version}", "amended", MayRise: true, amended.Total - order.Total);
        await RecomputeOrder.RunAsync(tx, program, loaded, loaded.Refunds, recomputing, ct);
        tx.Raise(
            EventType.OrderUpdated, $"order:{order.Key}",
            new JsonObject { ["orderKey"] = order.Key, ["orderId"] = order.OrderId, ["version"] = amended.Version, ["total"] = amended.Total },
            order.CustomerId, order.ReferrerId, order.Key);
        tx.Audit(
            "order.amend", $"order:{order.OrderId}",
            new JsonObject { ["total"] = order.Total, ["version"] = order.Version },
            new JsonObject { ["total"] = amended.Total, ["version"] = amended.Version });
        return new OrderAmended(order.Key, order.OrderId, amended.Version, amended.Total, order.Currency, Changed: true);
    }

    private static OrderRow Changed(ReferralProgram program, OrderRow order, OrderAmendment amendment)
    {
        var details = (JsonObject)JsonNode.Parse(order.Details)!;
        foreach (var (name, amount) in new (string, long?)[]
                 { ("price", amendment.Price), ("discount", amendment.Discount), ("shipping", amendment.Shipping), ("tax", amendment.Tax) })
        {
            if (amount is { } minor)
                details[name] = minor;
        }
        var input = new OrderInput
        {
            Customer = new CustomerInput { MerchantId = "-" },
            OrderId = order.OrderId,
            Total = amendment.Total,
            Currency = order.Currency,
            Shipping = (long?)details["shipping"],
            Tax = (long?)details["tax"],
        };
        return order with
        {
            Total = amendment.Total,
            Base = OrderBase.Of(program.Settings.Orders, input),
            Version = amendment.Version,
            Details = details.ToJsonString(),
        };
    }
}

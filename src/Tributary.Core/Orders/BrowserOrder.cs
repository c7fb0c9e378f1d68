using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// Orders on the word of a page (partnero.md § 7): anybody can send one, so its rewards are held, until somebody approves them or
/// the merchant's server sends the same id. That makes it the server's order: the same content confirms it, other content takes
/// its place.
/// </summary>
internal static class BrowserOrder
{
    /// <summary>Why rewards are held.</summary>
    private const string Held = "browser";

    private const string ConfirmSql = """
        update orders set source = 'server', details = details - 'heldBecause' where program_id = $1 and order_key = $2
        """;

    private const string HeldSql = """
        select reward_id from rewards where program_id = $1 and order_key = $2 and state = 'held' and reason = $3 order by reward_id
        """;

    private const string TrustSql = "update rewards set details = details - 'heldBecause' where program_id = $1 and order_key = $2";

    /// <summary>An order that never was is no reason to call its customer an old one.</summary>
    private const string UncountSql = """
        update customers set orders_count = greatest(0, orders_count - 1) where program_id = $1 and customer_id = $2
        """;

    public static RewardTerms TermsOf(ReferralProgram program, OrderInput order) =>
        order.FromBrowser && !program.Settings.Partnero.TrustBrowserOrders ? order.Terms with { HeldBecause = Held } : order.Terms;

    public static async Task<Outcome<OrderRecorded>> TakeOverAsync(
        Transaction tx, ReferralProgram program, OrderRow existing, CustomerOperation customer, OrderInput order, CancellationToken ct)
    {
        if (RepeatedOrder.Difference(existing, customer, order) is null && existing.State == "paid" && order.Paid)
            return await ConfirmAsync(tx, existing, ct);
        await tx.Writes.FlushAsync(tx.Connection, ct);
        if (!(await CancelledOrders.DeleteAsync(tx, program, existing.OrderId, ct)).TryGet(out _, out var problem))
            return problem;
        if (existing.PaidAt is not null)
            tx.Writes.Add(UncountSql, Param.Of(tx.ProgramId), Param.Of(existing.CustomerId));
        await tx.Writes.FlushAsync(tx.Connection, ct);
        return await RecordOrder.RecordAsync(tx, program, order, ct);
    }

    private static async Task<Outcome<OrderRecorded>> ConfirmAsync(Transaction tx, OrderRow existing, CancellationToken ct)
    {
        var held = new List<long>();
        var load = new LoadBatch(tx.Connection);
        load.Query(HeldSql, row => held.Add(row.GetInt64(0)), Param.Of(tx.ProgramId), Param.Of(existing.Key), Param.Of(Held));
        await load.RunAsync(ct);
        foreach (var reward in held)
        {
            if (!(await HoldReward.ReleaseAsync(tx, reward, ct)).TryGet(out _, out var problem))
                return problem;
        }
        tx.Writes.Add(ConfirmSql, Param.Of(tx.ProgramId), Param.Of(existing.Key));
        tx.Writes.Add(TrustSql, Param.Of(tx.ProgramId), Param.Of(existing.Key));
        tx.Raise(
            EventType.OrderUpdated, $"order:{existing.Key}",
            new JsonObject { ["orderKey"] = existing.Key, ["orderId"] = existing.OrderId, ["source"] = OrderRow.FromServer },
            existing.CustomerId, existing.ReferrerId, existing.Key);
        return new OrderRecorded(
            existing.Key, existing.OrderId, existing.CustomerId, existing.State, existing.ReferrerId, existing.Via,
            AmountsJson.Read(existing.CustomerEarned), Explanation.CodeOutcome(existing.Explanation), Repeated: false)
        {
            LinkId = existing.LinkId,
        };
    }
}

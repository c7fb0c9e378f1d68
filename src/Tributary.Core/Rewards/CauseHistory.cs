using System.Text.Json.Nodes;
using Tributary.Customers;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>What a customer did before, in the order of its arrival: looked at only where a step may have waited for it.</summary>
internal static class CauseHistory
{
    /// <summary>Names that the server raises itself trigger nothing when a client sends them.</summary>
    private const string EventsSql = """
        select event_key, name, metadata, trusted, occurred_at
        from customer_events
        where program_id = $1 and customer_id = $2
          and lower(name) not in ('place_order', 'create_account', 'friend_referred', 'order_refunded', 'points_redeemed')
        order by event_key
        limit 1000
        """;

    private const string RefundsSql = $"""
        select {RefundRow.Columns}
        from refunds
        where program_id = $1 and state = 'applied'
          and order_key in (select o.order_key from orders o where o.program_id = $1 and o.customer_id = $2)
        order by refund_key
        """;

    /// <param name="replaced">One order and its refunds as they are from now on, where they are not written yet.</param>
    public static async Task<IReadOnlyList<Cause>> LoadAsync(
        Transaction tx, CustomerRow customer, (OrderRow Order, IReadOnlyList<RefundRow> Refunds)? replaced, CancellationToken ct)
    {
        var orders = new List<OrderRow>();
        var refunds = new List<RefundRow>();
        var events = new List<(long Number, Cause Cause)>();
        var load = new LoadBatch(tx.Connection);
        load.Query(OrderRow.OfCustomerSql, row => orders.Add(OrderRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(customer.Id));
        load.Query(RefundsSql, row => refunds.Add(RefundRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(customer.Id));
        load.Query(
            EventsSql,
            row => events.Add((row.GetInt64(0), Cause.OfEvent(
                row.GetInt64(0), row.GetString(1), row.IsDBNull(2) ? null : (JsonObject)JsonNode.Parse(row.GetString(2))!, row.Time(4), row.GetBoolean(3)))),
            Param.Of(tx.ProgramId), Param.Of(customer.Id));
        await load.RunAsync(ct);

        var paid = orders
            .Select(order => order.Key == replaced?.Order.Key ? replaced.Value.Order : order)
            .Where(order => order.PaidAt is not null)
            .ToList();
        var refundsByOrder = refunds.ToLookup(refund => refund.OrderKey);
        var causes = paid.Select((order, place) => (Number: order.Key, Cause: Cause.OfOrder(
            order, place == 0, order.Key == replaced?.Order.Key ? replaced.Value.Refunds : [.. refundsByOrder[order.Key]]) with { PriorOrders = place }));
        var happened = causes.Concat(events.Select(each => each with
        {
            Cause = each.Cause with { PriorOrders = paid.Count(order => order.Key < each.Number) },
        }));
        var lead = customer.RegisteredAt is { } registeredAt
            ? [Cause.OfLead(customer.Id, registeredAt, trusted: true) with { PriorOrders = 0 }]
            : Array.Empty<Cause>();
        return [.. lead, .. happened.OrderBy(cause => cause.Number).Select(cause => cause.Cause).Where(IsThere)];
    }

    /// <summary>An order that was wholly refunded is as if it had not been.</summary>
    private static bool IsThere(Cause cause) => cause.Order is not { IsUndone: true };
}

using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>An order that was recorded as open is paid: now it earns (money.md MO-21).</summary>
public sealed class PayOrder(Transactions transactions)
{
    private const string FindSql = """
        select o.state, (select i.merchant_id from customer_ids i where i.program_id = o.program_id and i.customer_id = o.customer_id order by i.merchant_id limit 1)
        from orders o
        where o.program_id = $1 and o.order_id = $2 and o.living
        """;

    private const string UpdateSql = """
        update orders set state = 'paid', occurred_at = $3, paid_at = $3, customer_earned = $4, explanation = $5, counted_on = $6 where program_id = $1 and order_key = $2
        """;

    public Task<Outcome<OrderRecorded>> ExecuteAsync(ReferralProgram program, string orderId, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync(program.Id, caller, (tx, token) => PayAsync(tx, program, orderId, token), ct);
    }

    private static async Task<Outcome<OrderRecorded>> PayAsync(Transaction tx, ReferralProgram program, string orderId, CancellationToken ct)
    {
        string? merchantId = null;
        var found = false;
        var load = new LoadBatch(tx.Connection);
        load.Query(FindSql, row => (found, merchantId) = (true, row.TextOrNull(1)), Param.Of(program.Id), Param.Of(orderId));
        await load.RunAsync(ct);
        if (!found)
            return new Problem(ProblemCode.NotFound, "There is no such order.", "orderId");
        if (merchantId is null)
            return new Problem(ProblemCode.Gone, "The order's customer was deleted.", "orderId");
        OrderRow? order = null;
        var refunds = new List<RefundRow>();
        var customer = await CustomerOperation.BeginAsync(
            tx, program, new CustomerInput { MerchantId = merchantId }, ReferralClaim.None, tx.Now, registers: true, paid: null,
            batch =>
            {
                batch.Query(OrderRow.LivingSql, row => order = OrderRow.Read(row), Param.Of(program.Id), Param.Of(orderId));
                batch.Query(RefundRow.OfLivingOrderSql, row => refunds.Add(RefundRow.Read(row)), Param.Of(program.Id), Param.Of(orderId));
            },
            ct);
        if (order is null || order.CustomerId != customer.Id)
            throw new LostRaceException("The order's customer was merged while this waited for it.");
        return order.State switch
        {
            "paid" => Answer(order, repeated: true),
            "open" => await PayAsync(
                tx, program, customer, order with { State = "paid", OccurredAt = tx.Now, PaidAt = tx.Now, CountedOn = program.DayOf(tx.Now) }, refunds, ct),
            _ => new Problem(ProblemCode.IllegalTransition, "A cancelled order cannot be paid.", "orderId"),
        };
    }

    /// <param name="refunds">What was taken back before it was paid earns nothing.</param>
    private static async Task<Outcome<OrderRecorded>> PayAsync(
        Transaction tx, ReferralProgram program, CustomerOperation customer, OrderRow order, IReadOnlyList<RefundRow> refunds, CancellationToken ct)
    {
        await customer.CreditAsync(order, ct);
        var plan = await customer.PlanAsync([Cause.OfOrder(order, customer.Change.Before.OrdersCount == 0, refunds)], ct);
        if (plan.Refusal is { } refusal)
            return refusal;
        await KeptTerms.ApplyAsync(tx, program, order, customer.Decision.Referrer, plan, ct);
        customer.Change.CountOrder(order.Total - order.Refunded, tx.Now);
        customer.WriteCustomer();
        var paid = order with
        {
            CustomerEarned = AmountsJson.Write(plan.EarnedBy(order.CustomerId)),
            Explanation = Explanation.WithCampaigns(order.Explanation, plan),
        };
        tx.Writes.Add(
            UpdateSql,
            Param.Of(tx.ProgramId), Param.Of(paid.Key), Param.Of(tx.Now), Param.Json(paid.CustomerEarned), Param.Json(paid.Explanation),
            Param.Of(paid.CountedOn));
        OrderOutcome.CountChange(tx, before: null, (paid, refunds));
        LedgerWriter.Add(tx, await plan.WriteAsync(tx, $"order:{paid.Key}", ct));
        tx.Raise(
            EventType.OrderUpdated, $"order:{paid.Key}",
            new JsonObject { ["orderKey"] = paid.Key, ["orderId"] = paid.OrderId, ["state"] = "paid" }, paid.CustomerId, paid.ReferrerId, paid.Key);
        return Answer(paid, repeated: false);
    }

    private static OrderRecorded Answer(OrderRow order, bool repeated) => new(
        order.Key, order.OrderId, order.CustomerId, order.State, order.ReferrerId, order.Via, AmountsJson.Read(order.CustomerEarned),
        Explanation.CodeOutcome(order.Explanation), repeated);
}

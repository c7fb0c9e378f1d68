using Tributary.Attribution;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// Records an order: creates its customer if unknown, decides who is credited, grants what the campaigns owe, posts it and
/// tells the outbox, all in one transaction. The merchant's order id is the key: the same order again changes nothing
/// and answers the same; the same id with other content is refused.
/// </summary>
public sealed class RecordOrder(Transactions transactions)
{
    private const string InsertSql = """
        insert into orders (program_id, order_key, order_id, generation, customer_id, state, currency, total, base, remaining_base, content,
                            channel, ordered_at, occurred_at, received_at, referrer_id, via, customer_earned, details, explanation,
                            paid_at, link_id, source, click_id, counted_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, case $6 when 'paid' then $13 end, $20,
                $21, $22, $23)
        """;

    private const string LatestSql = $"""
        select {OrderRow.Columns}, living
        from orders
        where program_id = $1 and order_id = $2
        order by generation desc
        limit 1
        """;

    public Task<Outcome<OrderRecorded>> ExecuteAsync(ReferralProgram program, OrderInput order, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(order);
        return OrderChecks.Refuse(program, order) is { } problem
            ? Task.FromResult<Outcome<OrderRecorded>>(problem)
            : transactions.RunAsync(program.Id, caller, (tx, token) => RecordAsync(tx, program, order, token), ct);
    }

    internal static async Task<Outcome<OrderRecorded>> RecordAsync(Transaction tx, ReferralProgram program, OrderInput order, CancellationToken ct)
    {
        if (OrderChecks.RefuseTime(order, tx.Now) is { } problem)
            return problem;
        var at = order.JudgeByArrival ? tx.Now : order.OrderedAt ?? tx.Now;
        (OrderRow Row, bool Living)? latest = null;
        var waiting = new List<RefundRow>();
        var tooSoon = false;
        var customer = await CustomerOperation.BeginAsync(
            tx, program, order.Customer, order.Claim, at, registers: true, order.Paid ? order.Total : null,
            load =>
            {
                OrderIdLock.Add(load, program.Id, order.OrderId);
                load.Query(
                    LatestSql, row => latest = (OrderRow.Read(row), row.GetBoolean(OrderRow.Width)), Param.Of(program.Id), Param.Of(order.OrderId));
                load.Query(RefundRow.WaitingSql, row => waiting.Add(RefundRow.Read(row)), Param.Of(program.Id), Param.Of(order.OrderId));
                KeptTerms.AddNeighbour(load, program, order, at, () => tooSoon = true);
            },
            ct);
        if (latest is { Living: true } existing)
        {
            return existing.Row.Source == OrderRow.FromBrowser && !order.FromBrowser
                ? await BrowserOrder.TakeOverAsync(tx, program, existing.Row, customer, order, ct)
                : RepeatedOrder.Answer(program, existing.Row, customer, order);
        }

        var row = NewRow(tx, program, order, customer, at, (latest?.Row.Generation ?? 0) + 1, tooSoon);
        var recorded = await AddAsync(tx, program, order, customer, row, ct);
        if (waiting.Count > 0 && recorded.Succeeded)
            await WaitingRefunds.ApplyAsync(tx, program, row.OrderId, waiting, ct);
        return recorded;
    }

    private static async Task<Outcome<OrderRecorded>> AddAsync(
        Transaction tx, ReferralProgram program, OrderInput order, CustomerOperation customer, OrderRow row, CancellationToken ct)
    {
        var decision = customer.DecideForOrder(row);
        var plan = row.State == "paid" ? await customer.PlanAsync([Cause.OfOrder(row, customer.Change.Before.OrdersCount == 0, [])], ct) : RewardPlan.Nothing;
        if (plan.Refusal is { } refusal)
            return refusal;
        if (row.State == "paid" && BrowserOrder.TermsOf(program, order) != RewardTerms.None)
            await KeptTerms.ApplyAsync(tx, program, row, decision.Referrer, plan, ct);
        var earned = plan.EarnedBy(row.CustomerId);
        if (row.State == "paid")
            customer.Change.CountOrder(row.Total, tx.Now);
        customer.WriteCustomer();
        var written = row with
        {
            ReferrerId = decision.ReferrerId,
            Via = decision.Via,
            LinkId = decision.Link?.LinkId,
            ClickId = decision.Link?.ClickId,
            CustomerEarned = AmountsJson.Write(earned),
            Explanation = Explanation.ToJson(decision, plan),
        };
        WriteRow(tx, written);
        OrderOutcome.CountChange(tx, before: null, (written, []));
        customer.WriteReferral(row.Key, plan);
        customer.WriteRedemptions(row);
        UsedCoupons.Write(tx, row.CustomerId, order.Claim.Coupons);
        LedgerWriter.Add(tx, await plan.WriteAsync(tx, $"order:{row.Key}", ct));
        tx.Raise(EventType.OrderCreated, $"order:{row.Key}", OrderEvent(row, decision), row.CustomerId, decision.ReferrerId, row.Key);
        return new OrderRecorded(
            row.Key, row.OrderId, row.CustomerId, row.State, decision.ReferrerId, decision.Via, earned, decision.CodeOutcome, Repeated: false)
        {
            LinkId = written.LinkId,
        };
    }

    private static OrderRow NewRow(
        Transaction tx, ReferralProgram program, OrderInput order, CustomerOperation customer, DateTimeOffset at, int generation, bool tooSoon)
    {
        var orderBase = OrderBase.Of(program.Settings.Orders, order);
        var details = (JsonObject)order.Details.DeepClone();
        AddAmount(details, "price", order.Price);
        AddAmount(details, "discount", order.Discount);
        AddAmount(details, "shipping", order.Shipping);
        AddAmount(details, "tax", order.Tax);
        if (order.Claim.Coupons.Count > 0 && details["coupons"] is null)
            details["coupons"] = new JsonArray([.. order.Claim.Coupons.Select(coupon => (JsonNode?)JsonValue.Create(coupon))]);
        KeptTerms.WriteTo(details, BrowserOrder.TermsOf(program, order), customer.Change.Before.ArchivedAt is not null, tooSoon);
        if (order.ReturnWindowDays > 0)
            details["returnWindowDays"] = order.ReturnWindowDays;
        return new OrderRow(
            tx.TakeNumber(), order.OrderId, generation, customer.Id, order.Paid ? "paid" : "open", order.Currency, order.Total, orderBase,
            orderBase, 0, 1, order.ContentCode, order.Channel, order.OrderedAt ?? tx.Now, at, tx.Now, null, null, "{}",
            details.ToJsonString(), "{}", order.Paid ? at : null, order.Total)
        {
            Source = order.FromBrowser ? OrderRow.FromBrowser : OrderRow.FromServer,
            CountedOn = order.Paid ? program.DayOf(at) : null,
        };
    }

    private static void AddAmount(JsonObject details, string name, long? amount)
    {
        if (amount is { } minor)
            details[name] = minor;
    }

    private static void WriteRow(Transaction tx, OrderRow row) => tx.Writes.Add(
        InsertSql,
        Param.Of(tx.ProgramId),
        Param.Of(row.Key),
        Param.Of(row.OrderId),
        Param.Of(row.Generation),
        Param.Of(row.CustomerId),
        Param.Of(row.State),
        Param.Of(row.Currency.Code),
        Param.Of(row.Total),
        Param.Of(row.Base),
        Param.Of(row.Content),
        Param.Of(row.Channel),
        Param.Of(row.OrderedAt),
        Param.Of(row.OccurredAt),
        Param.Of(row.ReceivedAt),
        Param.Of(row.ReferrerId),
        Param.Of(row.Via),
        Param.Json(row.CustomerEarned),
        Param.Json(row.Details),
        Param.Json(row.Explanation),
        Param.Of(row.LinkId),
        Param.Of(row.Source),
        Param.Of(row.ClickId),
        Param.Of(row.CountedOn));

    private static JsonObject OrderEvent(OrderRow row, ReferralDecision decision) => new()
    {
        ["orderKey"] = row.Key,
        ["orderId"] = row.OrderId,
        ["customerId"] = row.CustomerId,
        ["state"] = row.State,
        ["total"] = row.Total,
        ["currency"] = row.Currency.Code,
        ["orderedAt"] = row.OrderedAt.ToString("O"),
        ["referrerId"] = decision.ReferrerId,
        ["via"] = decision.Via,
        ["linkId"] = decision.Link?.LinkId,
    };
}

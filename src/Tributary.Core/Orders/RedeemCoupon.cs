using Tributary.Attribution;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Orders;

/// <param name="Counted">False where the order is unknown, or was counted for the coupon before.</param>
public sealed record CouponRedeemed(bool Counted);

/// <summary>
/// The merchant tells that a coupon was used. Told with the order, it counts once for it, and the order is decided anew, as of
/// its own time, as if it had come with the coupon; what was paid for it already stays where it is.
/// </summary>
public sealed class RedeemCoupon(Transactions transactions)
{
    private const string CouponSql = """
        select c.coupon_id, exists (select from coupon_redemptions u where u.program_id = $1 and u.coupon_id = c.coupon_id and u.order_id = $3)
        from coupons c
        where c.program_id = $1 and c.canonical = $2 and c.state <> 'retired'
        """;

    private const string BuyerSql = """
        select i.merchant_id, o.occurred_at
        from orders o
        join customer_ids i on i.program_id = o.program_id and i.customer_id = o.customer_id
        where o.program_id = $1 and o.order_id = $2 and o.living
        order by i.merchant_id
        limit 1
        """;

    /// <param name="orderId">Null: told without an order, and counted each time.</param>
    /// <returns><c>NotFound</c> for the coupon.</returns>
    public Task<Outcome<CouponRedeemed>> ExecuteAsync(
        ReferralProgram program, string code, string? orderId, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync(program.Id, caller, (tx, token) => RedeemAsync(tx, program, code, orderId, token), ct);
    }

    private static async Task<Outcome<CouponRedeemed>> RedeemAsync(
        Transaction tx, ReferralProgram program, string code, string? orderId, CancellationToken ct)
    {
        (long Id, bool Used)? coupon = null;
        (string MerchantId, DateTimeOffset At)? buyer = null;
        var canonical = CodeText.TryCanonicalCoupon(code, out var text) ? text : null;
        var load = new LoadBatch(tx.Connection);
        load.Query(CouponSql, row => coupon = (row.GetInt64(0), row.GetBoolean(1)), Param.Of(program.Id), Param.Of(canonical), Param.Of(orderId));
        load.Query(BuyerSql, row => buyer = (row.GetString(0), row.Time(1)), Param.Of(program.Id), Param.Of(orderId));
        await load.RunAsync(ct);
        if (coupon is null)
            return new Problem(ProblemCode.NotFound, "No such coupon.");
        if (orderId is null)
        {
            CouponMatch.Redeem(tx, [coupon.Value.Id], null, tx.Now);
            return new CouponRedeemed(Counted: true);
        }
        if (buyer is not { } found || coupon.Value.Used)
            return new CouponRedeemed(Counted: false);
        (long Id, bool Used)? now = null;
        var customer = await CustomerOperation.BeginAsync(
            tx, program, new CustomerInput { MerchantId = found.MerchantId }, new ReferralClaim { Coupons = [code], TellsUnknownCoupons = true },
            found.At, registers: false, paid: null,
            batch => batch.Query(CouponSql, row => now = (row.GetInt64(0), row.GetBoolean(1)), Param.Of(program.Id), Param.Of(canonical), Param.Of(orderId)),
            ct);
        var orders = await CorrectedCredit.OrdersAsync(tx, customer.Id, ct);
        if (now is not { Used: false } free || orders.FirstOrDefault(order => order.OrderId == orderId) is not { } own)
            return new CouponRedeemed(Counted: false);
        CouponMatch.Redeem(tx, [free.Id], own.OrderId, own.OccurredAt);
        await DecideAsync(tx, program, customer, own, orders, ct);
        return new CouponRedeemed(Counted: true);
    }

    private static async Task DecideAsync(
        Transaction tx, ReferralProgram program, CustomerOperation customer, OrderRow own, IReadOnlyList<OrderRow> orders, CancellationToken ct)
    {
        var moment = new AttributionMoment
        {
            Kind = MomentKind.Order,
            EventAt = own.OccurredAt,
            ReceivedAt = own.ReceivedAt,
            RegisteredAt = customer.Change.Before.RegisteredAt,
            PriorOrders = orders.Count(order => order.Key < own.Key),
            OldestPriorOrderAt = customer.Change.Before.FirstOrderAt,
            KnownBefore = customer.Change.Before.KnownBefore,
        };
        var decision = customer.DecideAgain(own, moment);
        var touches = CorrectedCredit.Replace(own.Explanation, decision.Touches);
        if (decision.Via != ViaText.Of(Via.Coupon) || decision.ReferrerId is not { } winner || winner == own.ReferrerId || own.State != "paid")
        {
            CorrectedCredit.Explain(tx, own, touches);
            customer.WriteReferral(own.Key, RewardPlan.Nothing);
            return;
        }
        var (plan, moved) = own.ReferrerId is { } before
            ? (RewardPlan.Nothing, await MovedRewards.MoveAsync(tx, program, customer.Id, before, winner, ct, own.Key))
            : (await PlanAsync(tx, customer, decision, own, ct), []);
        customer.WriteReferral(own.Key, plan);
        var image = await OutcomeImage.OfOrdersAsync(tx, customer.Id, ct);
        CorrectedCredit.Write(tx, own, new NewCredit(winner, decision.Via, decision.Link), touches, plan);
        await image.CountChangeAsync(tx, ct);
        LedgerWriter.Add(tx, [.. moved, .. await plan.WriteAsync(tx, $"redeem:{await tx.NextNumberAsync(ct)}", ct)]);
    }

    /// <summary>What campaigns owe for an order that nobody was credited with.</summary>
    private static async Task<RewardPlan> PlanAsync(
        Transaction tx, CustomerOperation customer, ReferralDecision decision, OrderRow own, CancellationToken ct)
    {
        if (decision.Attributes)
            return await customer.PlanAsync([], ct);
        var history = await CauseHistory.LoadAsync(tx, customer.Change.After, replaced: null, ct);
        return history.FirstOrDefault(cause => cause.OrderKey == own.Key) is { } cause ? await customer.PlanCreditAsync([cause], ct) : RewardPlan.Nothing;
    }
}

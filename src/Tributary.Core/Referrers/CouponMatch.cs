using Npgsql;
using Tributary.Storage;

namespace Tributary.Referrers;

/// <summary>A coupon that a call has named, or a partner's code that a shop uses as one, with the conditions under which it counts.</summary>
/// <param name="CouponId">Null: a partner's code, which has no conditions.</param>
/// <param name="MinimumAmount">Minor units of <paramref name="MinimumCurrency"/> that the order must reach; null: none.</param>
internal sealed record CouponMatch(
    ReferrerMatch Referrer,
    long? CouponId,
    bool FirstTimeOrder,
    long? MinimumAmount,
    string? MinimumCurrency,
    bool Exhausted,
    long? OnlyCustomerId)
{
    /// <summary>Whoever uses the last redemption of a coupon is one alone.</summary>
    private const string LockSql = """
        select coupon_id from coupons
        where program_id = $1 and canonical = any($2) and max_redemptions is not null
        order by coupon_id
        for update
        """;

    /// <summary>A discount's limit counts over all of its codes.</summary>
    private const string LockDiscountsSql = """
        select d.discount_id from discounts d
        where d.program_id = $1 and d.max_redemptions is not null
          and d.discount_id in (select c.discount_id from coupons c where c.program_id = $1 and c.canonical = any($2))
        order by d.discount_id
        for update
        """;

    private const string Sql = $"""
        select c.code, c.canonical, '', c.state <> 'active' or coalesce(d.state <> 'active', false), least(c.expires_at, d.expires_at),
               {ReferrerMatch.Facts}, false,
               c.coupon_id, c.first_time_order, c.minimum_amount, c.minimum_currency,
               coalesce(c.times_redeemed >= c.max_redemptions, false) or coalesce(d.times_redeemed >= d.max_redemptions, false),
               c.only_customer_id
        from coupons c
        left join discounts d on d.program_id = c.program_id and d.discount_id = c.discount_id
        left join referrers r on r.program_id = c.program_id and r.referrer_id = c.referrer_id
        left join customers k on k.program_id = r.program_id and k.customer_id = r.customer_id
        where c.program_id = $1 and c.canonical = any($2)
        union all
        select p.code, p.canonical, '', p.state = 'retired', p.expires_at, {ReferrerMatch.Facts}, false,
               null, false, null, null, false, null
        from codes p
        join referrers r on r.program_id = p.program_id and r.referrer_id = p.referrer_id and r.kind = 'partner'
        left join customers k on k.program_id = r.program_id and k.customer_id = r.customer_id
        where p.program_id = $1 and p.canonical = any($2) and p.kind = 'code'
        """;

    /// <summary>An order counts once for a coupon, however often it is told.</summary>
    private const string RedeemSql = """
        with used as (
          insert into coupon_redemptions (program_id, coupon_id, order_id, redeemed_at)
          select $1, u.coupon_id, $3, $4 from unnest($2) as u (coupon_id)
          on conflict (program_id, coupon_id, order_id) where order_id is not null do nothing
          returning coupon_id),
        counted as (
          update coupons c set times_redeemed = c.times_redeemed + 1
          from used
          where c.program_id = $1 and c.coupon_id = used.coupon_id
          returning c.discount_id)
        update discounts d set times_redeemed = d.times_redeemed + n.times
        from (select discount_id, count(*)::integer as times from counted where discount_id is not null group by discount_id) as n
        where d.program_id = $1 and d.discount_id = n.discount_id
        """;

    /// <summary>Coupons come before codes of the same text.</summary>
    public static void Add(LoadBatch load, long programId, IReadOnlyList<string?> canonical, Action<CouponMatch> found)
    {
        load.Query(LockSql, _ => { }, Param.Of(programId), Param.Of(canonical));
        load.Query(LockDiscountsSql, _ => { }, Param.Of(programId), Param.Of(canonical));
        load.Query(Sql, row => found(Read(row)), Param.Of(programId), Param.Of(canonical));
    }

    /// <summary>Counts the use of coupons.</summary>
    /// <param name="orderId">The order that used them; null: told without one, and counted each time.</param>
    public static void Redeem(Transaction tx, IReadOnlyList<long> couponIds, string? orderId, DateTimeOffset at)
    {
        if (couponIds.Count > 0)
            tx.Writes.Add(RedeemSql, Param.Of(tx.ProgramId), Param.Of(couponIds), Param.Of(orderId), Param.Of(at));
    }

    private static CouponMatch Read(NpgsqlDataReader row) => new(
        ReferrerMatch.Read(row),
        row.LongOrNull(13),
        row.GetBoolean(14),
        row.LongOrNull(15),
        row.TextOrNull(16),
        row.GetBoolean(17),
        row.LongOrNull(18));
}

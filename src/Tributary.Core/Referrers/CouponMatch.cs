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
        where program_id = $1 and canonical = any($2) and (max_redemptions is not null or discount_id is not null)
        order by coupon_id
        for update
        """;

    private const string Sql = $"""
        select c.code, c.canonical, '', c.state <> 'active', c.expires_at, {ReferrerMatch.Facts}, false,
               c.coupon_id, c.first_time_order, c.minimum_amount, c.minimum_currency, coalesce(c.times_redeemed >= c.max_redemptions, false),
               c.only_customer_id
        from coupons c
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

    private const string RedeemSql = """
        update coupons set times_redeemed = times_redeemed + 1 where program_id = $1 and coupon_id = any($2)
        """;

    /// <summary>Coupons come before codes of the same text.</summary>
    public static void Add(LoadBatch load, long programId, IReadOnlyList<string?> canonical, Action<CouponMatch> found)
    {
        load.Query(LockSql, _ => { }, Param.Of(programId), Param.Of(canonical));
        load.Query(Sql, row => found(Read(row)), Param.Of(programId), Param.Of(canonical));
    }

    /// <summary>Counts the use of coupons by one order, which is recorded by the same transaction.</summary>
    public static void Redeem(Transaction tx, IReadOnlyList<long> couponIds)
    {
        if (couponIds.Count > 0)
            tx.Writes.Add(RedeemSql, Param.Of(tx.ProgramId), Param.Of(couponIds));
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

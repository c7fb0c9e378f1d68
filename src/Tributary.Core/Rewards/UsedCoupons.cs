using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>Marks the customer's own reward coupons that an order used; what is not one of them changes nothing.</summary>
internal static class UsedCoupons
{
    private const string UseSql = """
        update reward_coupons set used_count = used_count + 1
        where program_id = $1 and customer_id = $2 and canonical = any($3)
          and active and used_count < usage_limit and (expires_at is null or expires_at > $4)
        """;

    public static void Write(Transaction tx, long customerId, IReadOnlyList<string> coupons)
    {
        var canonical = coupons.Select(coupon => CodeText.TryCanonicalCoupon(coupon, out var text) ? text : null).OfType<string>().ToList();
        if (canonical.Count > 0)
            tx.Writes.Add(UseSql, Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(canonical), Param.Of(tx.Now));
    }
}

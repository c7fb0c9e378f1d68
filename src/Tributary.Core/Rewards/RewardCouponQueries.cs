using Dapper;
using Tributary.Campaigns;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>A coupon that somebody was given as a reward.</summary>
/// <param name="IsActive">False once its reward was taken back.</param>
public sealed record RewardCoupon(
    string Code,
    CouponTerms Terms,
    bool IsActive,
    int UsedCount,
    int UsageLimit,
    DateTimeOffset StartsAt,
    DateTimeOffset? ExpiresAt);

/// <summary>Reads the coupons that customers were given.</summary>
public sealed class RewardCouponQueries(Database database)
{
    /// <summary>More than anybody was ever given; a bound for the answer's size.</summary>
    private const int Most = 1_000;

    private const string OfCustomerSql = """
        select code, convert_to(terms::text, 'UTF8') as terms, active, used_count, usage_limit, starts_at, expires_at
        from reward_coupons
        where program_id = @programId and customer_id = @customerNumber
        order by reward_id
        limit @rows
        """;

    /// <summary>In the order of granting, used and expired ones included.</summary>
    public async Task<IReadOnlyList<RewardCoupon>> OfCustomerAsync(long programId, long customerNumber, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<CouponRow>(
            new CommandDefinition(OfCustomerSql, new { programId, customerNumber, rows = Most }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToCoupon())];
    }

    private sealed record CouponRow
    {
        public required string Code { get; init; }
        public required byte[] Terms { get; init; }
        public bool Active { get; init; }
        public int UsedCount { get; init; }
        public int UsageLimit { get; init; }
        public DateTimeOffset StartsAt { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }

        public RewardCoupon ToCoupon() => new(
            Code, CampaignJson.ReadCoupon(Terms), Active, UsedCount, UsageLimit, StartsAt, ExpiresAt);
    }
}

using Npgsql;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Reporting;

/// <summary>A reward with the names that tell it.</summary>
/// <param name="Campaign">The campaign's name now.</param>
/// <param name="Coupon">The code of the coupon it is.</param>
internal sealed record ReportedReward(Reward Reward, string? Campaign, string? Coupon)
{
    private const string Select = $"""
        select {Reward.Columns}, c.name, k.code
        from {Reward.From}
          left join campaigns c on c.program_id = r.program_id and c.campaign_id = r.campaign_id
          left join reward_coupons k on k.program_id = r.program_id and k.reward_id = r.reward_id
        """;

    /// <summary>Of one order, and those named: parameters are programme, order, reward numbers, most rows.</summary>
    public const string OfOrderSql = $"""
        {Select}
        where r.program_id = $1 and (r.order_key = $2 or r.reward_id = any($3))
        order by r.reward_id
        limit $4
        """;

    /// <summary>For acts of the recipient's own, newest first: programme, customer, most rows.</summary>
    public const string OfCustomerSql = $"""
        {Select}
        where r.program_id = $1 and r.customer_id = $2 and r.recipient_id = $2
        order by r.reward_id desc
        limit $3
        """;

    /// <summary>For acts of others, newest first: programme, recipient, most rows.</summary>
    public const string OfReferrerSql = $"""
        {Select}
        where r.program_id = $1 and r.recipient_id = $2 and r.customer_id is distinct from $2
        order by r.reward_id desc
        limit $3
        """;

    public static ReportedReward Read(NpgsqlDataReader row) =>
        new(Reward.Read(row), row.TextOrNull(Reward.Width), row.TextOrNull(Reward.Width + 1));
}

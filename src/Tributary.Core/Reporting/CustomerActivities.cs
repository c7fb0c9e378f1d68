using System.Numerics;
using Npgsql;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Reporting;

/// <summary>What a reward meant for who received it.</summary>
public enum ActivityKind
{
    /// <summary>For a friend who was referred.</summary>
    Referral,

    /// <summary>For having come as somebody's friend.</summary>
    Referred,

    /// <summary>For a number of friends together.</summary>
    ReferralBonus,

    /// <summary>For an order, by a campaign for everyone.</summary>
    OrderReward,

    /// <summary>By any other campaign, or given by a person.</summary>
    CampaignReward,

    /// <summary>A reward, or a part of it, was taken back.</summary>
    TakenBack,
}

/// <summary>One thing that happened to the rewards of a customer.</summary>
/// <param name="Number">Of its event: later ones have greater numbers.</param>
/// <param name="OrderId">The order that caused it; null: none did.</param>
/// <param name="Unit">Null for coupons and what the merchant carries out.</param>
/// <param name="Amount">Given or taken back, in the unit's smallest part; never negative.</param>
/// <param name="IsManual">Given by a person, without a campaign.</param>
public sealed record CustomerActivity(
    long Number, ActivityKind Kind, DateTimeOffset At, string? OrderId, string? OrderCurrency, Unit? Unit, BigInteger Amount, bool IsManual,
    ActivityCampaign? Campaign, ActivityCoupon? Coupon);

public sealed record ActivityCampaign(string Name, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, bool IsActive);

public sealed record ActivityCoupon(string Code, CouponKind Kind, bool IsUsed);

/// <summary>Tells a customer's rewards as the log of events has them, for others' acts and for its own.</summary>
public sealed class CustomerActivities(Database database)
{
    /// <summary>
    /// A referrer's rewards are found by the referrer, all others by who acted. Who was merged into the customer is the customer.
    /// Parameters: programme, customer, the number after which to begin, kinds or null for all.
    /// </summary>
    private const string FoundSql = """
        with person as materialized (
          select c.customer_id from customers c where c.program_id = $1 and (c.customer_id = $2 or c.merged_into = $2)
        ), event as (
          select e.event_id, e.type, e.data, e.occurred_at
          from events e
          where e.program_id = $1 and e.type in ('reward.earned', 'reward.reversed') and e.event_id > $3
            and e.referrer_id in (select p.customer_id from person p)
          union
          select e.event_id, e.type, e.data, e.occurred_at
          from events e
          where e.program_id = $1 and e.type in ('reward.earned', 'reward.reversed') and e.event_id > $3
            and e.customer_id in (select p.customer_id from person p)
            and (e.data ->> 'recipientId')::bigint in (select p.customer_id from person p)
        ), found as (
          select e.event_id, e.occurred_at, r.reward_id, r.order_key, r.campaign_id, r.unit,
                 case when e.data -> 'before' is null then (e.data ->> 'amount')::numeric
                      else abs((e.data ->> 'before')::numeric - (e.data ->> 'amount')::numeric) end as amount,
                 case when e.type = 'reward.reversed' and coalesce((e.data ->> 'before')::numeric >= (e.data ->> 'amount')::numeric, true) then 'taken_back'
                      when r.cause like 'milestone:%' then 'bonus'
                      when r.role = 'referrer' then 'referral'
                      when r.campaign_id is not null and v.definition ->> 'audience' is distinct from 'everyone' then 'referred'
                      when r.order_key is not null then 'order'
                      else 'campaign' end as kind
          from event e
          join rewards r on r.program_id = $1 and r.reward_id = (e.data ->> 'rewardId')::bigint
          left join campaign_versions v on v.program_id = r.program_id and v.campaign_id = r.campaign_id and v.version = r.version)
        """;

    private const string ListSql = FoundSql + """

        select f.event_id, f.kind, f.occurred_at, o.order_id, o.currency, f.unit, coalesce(f.amount, 0), f.campaign_id is null,
               c.name, c.starts_at, c.ends_at, c.state = 'active', k.code, convert_to(k.terms::text, 'UTF8'), k.used_count > 0
        from found f
        left join orders o on o.program_id = $1 and o.order_key = f.order_key
        left join campaigns c on c.program_id = $1 and c.campaign_id = f.campaign_id
        left join reward_coupons k on k.program_id = $1 and k.reward_id = f.reward_id
        where $4::text[] is null or f.kind = any($4)
        order by f.event_id
        limit $5
        """;

    private const string CountSql = FoundSql + """

        select count(*) from found f where $4::text[] is null or f.kind = any($4)
        """;

    /// <summary>Oldest first.</summary>
    /// <param name="after">The number of the last one seen.</param>
    /// <param name="kind">Null: all.</param>
    public async Task<Page<CustomerActivity>> ListAsync(long programId, long customer, ActivityKind? kind, long after, int size, CancellationToken ct)
    {
        var found = new List<CustomerActivity>();
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(ListSql, row => found.Add(Read(row)), [.. Parameters(programId, customer, kind, after), Param.Of((long)size + 1)]);
        await load.RunAsync(ct);
        return new PageRequest(size).Cut(found, activity => new Cursor(activity.Number, activity.Number));
    }

    public async Task<long> CountAsync(long programId, long customer, ActivityKind? kind, CancellationToken ct)
    {
        var count = 0L;
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(CountSql, row => count = row.GetInt64(0), Parameters(programId, customer, kind, after: 0));
        await load.RunAsync(ct);
        return count;
    }

    private static NpgsqlParameter[] Parameters(long programId, long customer, ActivityKind? kind, long after) =>
    [
        Param.Of(programId), Param.Of(customer), Param.Of(after),
        kind is { } one
            ? Param.Of([(string?)WordOf(one)])
            : new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text | NpgsqlTypes.NpgsqlDbType.Array },
    ];

    private static CustomerActivity Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        Enum.GetValues<ActivityKind>().Single(kind => WordOf(kind) == row.GetString(1)),
        row.Time(2),
        row.TextOrNull(3),
        row.TextOrNull(4),
        row.TextOrNull(5) is { } unit ? Unit.Parse(unit) : null,
        row.Big(6),
        row.GetBoolean(7),
        row.TextOrNull(8) is { } name ? new ActivityCampaign(name, row.TimeOrNull(9), row.TimeOrNull(10), row.GetBoolean(11)) : null,
        row.TextOrNull(12) is { } code
            ? new ActivityCoupon(code, CampaignJson.ReadCoupon(row.GetFieldValue<byte[]>(13)).Kind, row.GetBoolean(14))
            : null);

    private static string WordOf(ActivityKind kind) => kind switch
    {
        ActivityKind.Referral => "referral",
        ActivityKind.Referred => "referred",
        ActivityKind.ReferralBonus => "bonus",
        ActivityKind.OrderReward => "order",
        ActivityKind.CampaignReward => "campaign",
        ActivityKind.TakenBack => "taken_back",
    };
}

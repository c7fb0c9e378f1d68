using Npgsql;
using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>All that one operation on a customer needs to know, read under the customer's lock in one round trip.</summary>
internal sealed class CustomerSnapshot
{
    public required CustomerRow Customer { get; set; }
    /// <summary>Whether this operation created the customer.</summary>
    public bool Created { get; set; }
    public AttributionRow? Attribution { get; set; }
    /// <summary>Whether the customer is a referrer yet, and its state where so.</summary>
    public string? OwnReferrerState { get; set; }
    public string? OwnCode { get; set; }
    public List<ReferrerMatch> CodeMatches { get; } = [];
    public List<ReferrerMatch> CouponMatches { get; } = [];
    public List<ActiveCampaign> Campaigns { get; } = [];
    public List<StepRow> Steps { get; } = [];
}

/// <summary>Who referred a customer, with what is asked of that referrer at each reward.</summary>
internal sealed record AttributionRow(
    long ReferrerId,
    string Via,
    bool Standing,
    bool Active,
    DateTimeOffset DecidedAt,
    string ReferrerKind,
    string ReferrerState,
    byte[]? ReferrerEmailHash,
    string? ReferrerMobileDigits)
{
    /// <summary>The state of a referrer of kind customer also falls with its customer.</summary>
    public const string Select = """
        select a.referrer_id, a.via, a.state, a.status, a.decided_at, r.kind,
               case when c.deleted_at is not null then 'archived' else r.state end,
               coalesce(c.email_hash, r.email_hash), c.mobile_digits
        from attributions a
        join referrers r on r.program_id = a.program_id and r.referrer_id = a.referrer_id
        left join customers c on c.program_id = r.program_id and c.customer_id = r.customer_id
        """;

    public const string Sql = $"""
        {Select}
        where a.program_id = $1
          and a.customer_id = (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $2)
        """;

    public static AttributionRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2) == "standing",
        row.GetString(3) == "active",
        row.Time(4),
        row.GetString(5),
        row.GetString(6),
        row.BytesOrNull(7),
        row.TextOrNull(8));
}

/// <summary>Something that a text of the request may mean: a code, a coupon, or a customer named by id.</summary>
/// <param name="Name">The stored code, coupon or merchant id.</param>
/// <param name="ReferrerId">Null where a customer is named that is no referrer (a guest).</param>
/// <param name="ReferredBy">Who referred that referrer, where it is a customer.</param>
internal sealed record ReferrerMatch(
    string Name,
    string Canonical,
    string Folded,
    bool Retired,
    DateTimeOffset? ExpiresAt,
    long? ReferrerId,
    string? ReferrerKind,
    string? ReferrerState,
    bool Deleted,
    byte[]? EmailHash,
    string? MobileDigits,
    long? ReferredBy,
    bool IsCustomerId)
{
    private const string Facts = """
        r.referrer_id, r.kind, r.state, k.deleted_at is not null, coalesce(k.email_hash, r.email_hash), k.mobile_digits,
        (select a.referrer_id from attributions a
         where a.program_id = $1 and a.customer_id = r.customer_id and a.state = 'standing')
        """;

    public const string CodesSql = $"""
        select c.code, c.canonical, c.folded, c.state = 'retired', c.expires_at, {Facts}, false
        from codes c
        join referrers r on r.program_id = c.program_id and r.referrer_id = c.referrer_id
        left join customers k on k.program_id = r.program_id and k.customer_id = r.customer_id
        where c.program_id = $1 and (c.canonical = any($2) or c.folded = any($3))
        """;

    /// <summary>With a customer's id as one more thing the text may be.</summary>
    public const string CodesAndCustomersSql = $"""
        {CodesSql}
        union all
        select i.merchant_id, i.merchant_id, '', false, null, {Facts}, true
        from customer_ids i
        join customers k on k.program_id = i.program_id and k.customer_id = i.customer_id
        left join referrers r on r.program_id = k.program_id and r.referrer_id = k.customer_id
        where i.program_id = $1 and i.merchant_id = any($4)
        """;

    public const string CouponsSql = $"""
        select c.code, c.canonical, '', c.state = 'retired', c.expires_at, {Facts}, false
        from coupons c
        join referrers r on r.program_id = c.program_id and r.referrer_id = c.referrer_id
        left join customers k on k.program_id = r.program_id and k.customer_id = r.customer_id
        where c.program_id = $1 and c.canonical = any($2)
        """;

    public static ReferrerMatch Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetBoolean(3),
        row.TimeOrNull(4),
        row.LongOrNull(5),
        row.TextOrNull(6),
        row.TextOrNull(7),
        !row.IsDBNull(8) && row.GetBoolean(8),
        row.BytesOrNull(9),
        row.TextOrNull(10),
        row.LongOrNull(11),
        row.GetBoolean(12));
}

/// <summary>A step of a campaign that the customer has reached once, and whether that still stands.</summary>
internal sealed record StepRow(long CampaignId, int Step, int Occasion, int Version, string Cause, long? OrderKey, bool Standing)
{
    public const string Sql = """
        select campaign_id, step, occasion, version, cause, order_key, undone_at is null
        from step_progress
        where program_id = $1
          and customer_id = (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $2)
        order by campaign_id, step, occasion
        """;

    public static StepRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetInt32(1),
        row.GetInt32(2),
        row.GetInt32(3),
        row.GetString(4),
        row.LongOrNull(5),
        row.GetBoolean(6));
}

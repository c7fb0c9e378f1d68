using Npgsql;
using Tributary.Storage;

namespace Tributary.Referrers;

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
    public const string Facts = """
        r.referrer_id, r.kind, r.state, k.deleted_at is not null, coalesce(k.email_hash, r.email_hash), k.mobile_digits,
        (select a.referrer_id from attributions a
         where a.program_id = $1 and a.customer_id = r.customer_id and a.state = 'standing')
        """;

    /// <summary>The link that a code names: its own, else its referrer's default one.</summary>
    public const string LinkOfCode = """
        coalesce(c.link_id, (select d.link_id from links d where d.program_id = c.program_id and d.referrer_id = c.referrer_id and d.is_default))
        """;

    public const string CodesSql = $"""
        select c.code, c.canonical, c.folded, c.state = 'retired', c.expires_at, {Facts}, false, {LinkOfCode}
        from codes c
        join referrers r on r.program_id = c.program_id and r.referrer_id = c.referrer_id
        left join customers k on k.program_id = r.program_id and k.customer_id = r.customer_id
        where c.program_id = $1 and (c.canonical = any($2) or c.folded = any($3)) and c.kind = 'code'
        """;

    /// <summary>With a customer's id as one more thing the text may be.</summary>
    public const string CodesAndCustomersSql = $"""
        {CodesSql}
        union all
        select i.merchant_id, i.merchant_id, '', false, null, {Facts}, true, null
        from customer_ids i
        join customers k on k.program_id = i.program_id and k.customer_id = i.customer_id
        left join referrers r on r.program_id = k.program_id and r.referrer_id = k.customer_id
        where i.program_id = $1 and i.merchant_id = any($4)
        """;

    public const string ReferrerSql = $"""
        select coalesce(r.key, r.referrer_id::text), '', '', false, null, {Facts}, false
        from referrers r
        left join customers k on k.program_id = r.program_id and k.customer_id = r.customer_id
        where r.program_id = $1 and r.referrer_id = $2
        """;

    /// <summary>Of a code: the link that it names; null: its referrer has none.</summary>
    public long? LinkId { get; init; }

    public static ReferrerMatch ReadOfCode(NpgsqlDataReader row) => Read(row) with { LinkId = row.LongOrNull(13) };

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

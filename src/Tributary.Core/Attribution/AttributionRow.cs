using Npgsql;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Attribution;

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
    string? ReferrerMobileDigits,
    long? LinkId,
    Guid? ClickId,
    DateOnly? CountedOn)
{
    /// <summary>Null where the attribution was found to be void.</summary>
    public CreditedReferrer? Credited => Standing
        ? new CreditedReferrer(ReferrerId, ReferrerKinds.Parse(ReferrerKind), ReferrerState == "active", DecidedAt)
        {
            Link = LinkId is { } link ? new CreditedLink(link, ClickId) : null,
        }
        : null;

    /// <summary>Under which the lead is counted; null: it is not.</summary>
    public OutcomeCredit? Lead => Standing && CountedOn is { } day ? new OutcomeCredit(ReferrerId, LinkId, ClickId, day) : null;

    /// <summary>The state of a referrer of kind customer also falls with its customer.</summary>
    public const string Columns = """
        a.referrer_id, a.via, a.state, a.status, a.decided_at, r.kind,
        case when c.deleted_at is not null then 'archived' else r.state end,
        coalesce(c.email_hash, r.email_hash), c.mobile_digits, a.link_id, a.click_id, a.counted_on
        """;

    public const string Select = $"""
        select {Columns}
        from attributions a
        join referrers r on r.program_id = a.program_id and r.referrer_id = a.referrer_id
        left join customers c on c.program_id = r.program_id and c.customer_id = r.customer_id
        """;

    public const string Sql = $"""
        {Select}
        where a.program_id = $1
          and a.customer_id = (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $2)
        """;

    /// <param name="first">The first of <see cref="Columns"/>.</param>
    public static AttributionRow Read(NpgsqlDataReader row, int first = 0) => new(
        row.GetInt64(first),
        row.GetString(first + 1),
        row.GetString(first + 2) == "standing",
        row.GetString(first + 3) == "active",
        row.Time(first + 4),
        row.GetString(first + 5),
        row.GetString(first + 6),
        row.BytesOrNull(first + 7),
        row.TextOrNull(first + 8),
        row.LongOrNull(first + 9),
        row.GuidOrNull(first + 10),
        row.DayOrNull(first + 11));
}

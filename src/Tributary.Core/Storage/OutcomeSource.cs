namespace Tributary.Storage;

/// <summary>
/// What the rows of a programme (<c>$1</c>) count for, as the counters of outcomes should say it (clicks.md § 9). Each select
/// gives referrer, link, click, day and unit with leads, conversions, revenue, refunds, refunded and rewards.
/// </summary>
internal static class OutcomeSource
{
    /// <summary>Of an order <c>o</c>: whether it is a conversion. What was refunded in full is none, nor is an act without an amount that is no sale.</summary>
    private const string IsConversion = """
        (o.state = 'paid' and (o.total = 0 or o.refunded < o.total) and (o.total > 0 or coalesce(o.details ->> 'action', 'sale') = 'sale'))
        """;

    /// <summary>Orders in points are conversions without revenue.</summary>
    private const string IsMoney = "coalesce(o.details ->> 'isCurrency', 'true') <> 'false'";

    private const string IsCounted = "o.referrer_id is not null and o.counted_on is not null";

    /// <summary>Of one customer (<c>$2</c>).</summary>
    public static readonly string OrdersOfCustomer = Orders("and o.customer_id = $2");

    public const string LeadsOfCustomers = $"{Leads} and a.customer_id = any($2)";

    public static readonly string All = $"{Leads} union all {Orders("")} union all {Rewards}";

    private const string Leads = """
        select a.referrer_id, coalesce(a.link_id, 0) as link_id, a.click_id, a.counted_on as day, '' as unit, 1::numeric as leads,
               0::numeric as conversions, 0::numeric as revenue, 0::numeric as refunds, 0::numeric as refunded, 0::numeric as rewards
        from attributions a
        where a.program_id = $1 and a.state = 'standing' and a.counted_on is not null
        """;

    private const string Rewards = """
        select r.credited_to, coalesce(r.credit_link, 0), r.credit_click, r.counted_on, r.unit, 0, 0, 0, 0, 0, r.net
        from rewards r
        where r.program_id = $1 and r.credited_to is not null and r.counted_on is not null and r.unit is not null and r.net <> 0
        """;

    private static string Orders(string which) => $"""
        select o.referrer_id, coalesce(o.link_id, 0) as link_id, o.click_id, o.counted_on as day, o.currency as unit, 0::numeric as leads,
               case when {IsConversion} then 1::numeric else 0 end as conversions,
               case when {IsConversion} and {IsMoney} then (o.total - o.refunded)::numeric else 0 end as revenue,
               case when {IsMoney} then o.refunded::numeric else 0 end as refunds, 0::numeric as refunded, 0::numeric as rewards
        from orders o
        where o.program_id = $1 and {IsCounted} {which}
        union all
        select o.referrer_id, coalesce(o.link_id, 0), o.click_id, f.counted_on, o.currency, 0, 0, 0, 0, f.amount, 0
        from refunds f
        join orders o on o.program_id = f.program_id and o.order_key = f.order_key
        where f.program_id = $1 and f.state = 'applied' and f.kind <> 'cancel' and f.amount > 0 and f.counted_on is not null
          and {IsMoney} and {IsCounted} {which}
        """;
}

namespace Tributary.Ledger;

/// <summary>The counters of clicks against each other and against the clicks (clicks.md CL-70).</summary>
internal static class CounterCheck
{
    /// <summary>Reasons why requests were no clicks: a column of every counter each.</summary>
    public static readonly IReadOnlyList<string> Reasons =
    [
        "head", "preview", "bot", "not_navigation", "blocked", "link_deleted", "link_paused", "link_expired", "referrer_inactive", "automation",
        "scanner", "paid_ads", "source_blocked", "self", "datacenter", "flood", "duplicate", "velocity",
    ];

    private static readonly string[] Tables =
    [
        "link_days", "program_hours", "link_hours", "referrer_days", "domain_days", "dimension_days", "link_months", "referrer_months",
        "domain_months", "dimension_months",
    ];

    private static readonly IReadOnlyList<string> Columns = ["requests", "unique_clicks", "valid", .. Reasons];

    /// <summary>What waits to be folded is in the days of links and nowhere else yet.</summary>
    private const string NothingWaits = "not exists (select from click_batches b where b.program_id = $1)";

    public static DoctorCheck EveryRowAddsUp { get; } = new(
        "In every counter requests are valid clicks and all that was invalid", "days of links",
        "select count(*) from link_days where program_id = $1",
        string.Join("\nunion all\n", Tables.Select(table => $"""
            select format('{table} says %s requests, which come to %s: %s', t.requests, t.valid + {Total("t")}, to_jsonb(t))
            from {table} t
            where t.program_id = $1 and t.requests <> t.valid + {Total("t")}
            """)));

    public static DoctorCheck RollUpsSayWhatLinksDo { get; } = new(
        "Every roll-up of a day or month comes to what its links do", "days of referrers",
        "select count(*) from referrer_days where program_id = $1",
        string.Join("\nunion all\n",
        [
            Compare("referrer_days", "day", "", "link_days", "t.day"),
            Compare("domain_days", "day", "", "link_days", "t.day"),
            Compare("dimension_days", "day", "and t.scope = 'program' and t.dimension = 'form'", "link_days", "t.day"),
            Compare("link_months", "month", "", "link_days", "date_trunc('month', t.day)::date"),
            Compare("referrer_months", "month", "", "link_days", "date_trunc('month', t.day)::date"),
            Compare("domain_months", "month", "", "link_days", "date_trunc('month', t.day)::date"),
            Compare("dimension_months", "month", "and t.dimension = 'form'", "link_days", "date_trunc('month', t.day)::date"),
        ]));

    /// <summary>Of days whose clicks are all kept: invalid ones go after thirty days. A day is one of the zone that counted then.</summary>
    public static DoctorCheck LinksSayWhatClicksDo { get; } = new(
        "Every day of a link counts the clicks that there are", "clicks",
        "select count(*) from clicks where program_id = $1",
        $"""
        with since as (
          select max(d.day) - 28 as day from link_days d where d.program_id = $1
        ), counting as (
          select z.zone, z.until, lag(z.until, 1, '-infinity') over (order by z.until) as since
          from (
            select coalesce(p.settings ->> 'timeZone', 'UTC') as zone, timestamptz 'infinity' as until from programs p where p.program_id = $1
            union all
            select f.value ->> 'zone', (f.value ->> 'until')::timestamptz
            from programs p, jsonb_array_elements(p.former_zones) f
            where p.program_id = $1) z
        ), found as materialized (
          select c.link_id, (t.at at time zone z.zone)::date as day, c.verdict, c.flags
          from clicks c
          cross join lateral (
            select to_timestamp(('x' || substr(replace(c.click_id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0) as at) t
          join counting z on t.at >= z.since and t.at < z.until
          where c.program_id = $1
        ), due as (
          select t.link_id, t.day, count(*) as requests, count(*) filter (where t.flags & 32 <> 0) as unique_clicks,
                 {string.Join(", ", Columns.Skip(2).Select(column => $"count(*) filter (where t.verdict = '{column}') as {column}"))}
          from found t
          cross join since s
          where t.day >= s.day
          group by t.link_id, t.day
        ), counted as (
          select t.link_id, t.day, {Sums("t")}
          from link_days t
          cross join since s
          where t.program_id = $1 and t.day >= s.day
          group by t.link_id, t.day
        )
        select format('link %s on %s: counted %s, clicks %s', coalesce(c.link_id, d.link_id), coalesce(c.day, d.day), to_jsonb(c), to_jsonb(d))
        from counted c
        full join due d on d.link_id = c.link_id and d.day = c.day
        where ({Each(column => $"coalesce(c.{column}, 0)")}) is distinct from ({Each(column => $"coalesce(d.{column}, 0)")})
        """);

    private static string Compare(string table, string time, string which, string links, string linkTime) => $"""
        select format('{table} of %s says %s, its links %s', coalesce(r.at, l.at), to_jsonb(r), to_jsonb(l))
        from (select t.{time} as at, {Sums("t")} from {table} t where t.program_id = $1 {which} group by t.{time}) r
        full join (select {linkTime} as at, {Sums("t")} from {links} t where t.program_id = $1 group by 1) l on l.at = r.at
        where {NothingWaits}
          and ({Each(column => $"coalesce(r.{column}, 0)")}) is distinct from ({Each(column => $"coalesce(l.{column}, 0)")})
        """;

    private static string Total(string table) => string.Join(" + ", Reasons.Select(reason => $"{table}.{reason}"));

    private static string Sums(string table) => Each(column => $"sum({table}.{column})::bigint as {column}");

    private static string Each(Func<string, string> write) => string.Join(", ", Columns.Select(write));
}

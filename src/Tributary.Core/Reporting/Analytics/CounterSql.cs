namespace Tributary.Reporting.Analytics;

/// <summary>The statements that add to counters of clicks; keys in sorted order, so that nodes do not deadlock.</summary>
internal static class CounterSql
{
    public static readonly string LinkHours = Add("link_hours", "link_id", "hour");
    public static readonly string ReferrerDays = Add("referrer_days", "referrer_id", "day");
    public static readonly string DomainDays = Add("domain_days", "domain_id", "day");
    public static readonly string LinkMonths = Add("link_months", "link_id", "month");
    public static readonly string ReferrerMonths = Add("referrer_months", "referrer_id", "month");
    public static readonly string DomainMonths = Add("domain_months", "domain_id", "month");

    /// <summary>Days of links and hours of programmes have slots; what is moved afterwards goes into the first.</summary>
    public static readonly string LinkDays = AddToSlot("link_days", "link_id", "day");
    public static readonly string ProgramHours = AddToSlot("program_hours", "hour");

    /// <summary>
    /// Values that are not counted yet have room until there are too many of them; what has no room is (other). A value once
    /// counted apart stays so, therefore what is taken back leaves where it was counted.
    /// </summary>
    public static readonly string Dimensions = $"""
        with given as materialized (
          select g.scope, g.scope_id, g.dimension, g.day, g.value, {ClickCounts.Sql(column => $"g.{column}")}
          from unnest($2, $3, $4, $5, $6, {Arrays(7)}) as g (scope, scope_id, dimension, day, value, {ClickCounts.Sql(column => column)})
        ), {Places("dimension_days")}, moved as materialized (
          select p.scope, p.scope_id, p.dimension, p.day, p.place as value, {ClickCounts.Sql(column => $"sum(g.{column}) as {column}")}
          from given g
          join placed p using (scope, scope_id, dimension, day, value)
          group by p.scope, p.scope_id, p.dimension, p.day, p.place
        ), days as (
          {Into("dimension_days", "scope, scope_id, dimension, day, value")}
          select $1, m.scope, m.scope_id, m.dimension, m.day, m.value, {ClickCounts.Sql(column => $"m.{column}")}
          from moved m
          order by m.scope, m.scope_id, m.dimension, m.day, m.value
          on conflict (program_id, scope, scope_id, dimension, day, value) do update
          set {ClickCounts.Sql(column => $"{column} = t.{column} + excluded.{column}")})
        {Into("dimension_months", "scope, scope_id, dimension, month, value")}
        select $1, m.scope, m.scope_id, m.dimension, date_trunc('month', m.day)::date, m.value, {ClickCounts.Sql(column => $"sum(m.{column})")}
        from moved m
        where m.scope = 'program'
        group by m.scope, m.scope_id, m.dimension, date_trunc('month', m.day)::date, m.value
        order by 2, 3, 4, 5, 6
        on conflict (program_id, scope, scope_id, dimension, month, value) do update
        set {ClickCounts.Sql(column => $"{column} = t.{column} + excluded.{column}")}
        """;

    /// <summary>
    /// Where the values of <c>given</c> are counted: <c>placed</c>, one row for each of its values.
    /// </summary>
    public static string Places(string table) => $"""
        known as materialized (
          select v.scope, v.scope_id, v.dimension, v.day, v.value,
                 v.value in ('', '(none)', '(other)', 'unknown')
                   or exists (select from {table} d
                              where d.program_id = $1 and d.scope = v.scope and d.scope_id = v.scope_id and d.dimension = v.dimension
                                and d.day = v.day and d.value = v.value) as stands
          from (select distinct scope, scope_id, dimension, day, value from given) v
        ), full_days as materialized (
          select k.scope, k.scope_id, k.dimension, k.day,
                 (select count(distinct d.value) from {table} d
                  where d.program_id = $1 and d.scope = k.scope and d.scope_id = k.scope_id and d.dimension = k.dimension and d.day = k.day
                    and d.value not in ('', '(none)', '(other)', 'unknown')) as taken
          from (select distinct scope, scope_id, dimension, day from known where not stands) k
        ), placed as materialized (
          select k.scope, k.scope_id, k.dimension, k.day, k.value,
                 case when k.stands
                        or f.taken + row_number() over (partition by k.scope, k.scope_id, k.dimension, k.day, k.stands order by k.value)
                           <= case k.scope when 'link' then {Analytics.Dimensions.MostValues(Analytics.Dimensions.Link)} else {Analytics.Dimensions.MostValues(Analytics.Dimensions.Program)} end
                      then k.value else '(other)' end as place
          from known k
          left join full_days f using (scope, scope_id, dimension, day))
        """;

    private static string Arrays(int first) => string.Join(", ", Enumerable.Range(first, ClickCounts.Columns.Count).Select(n => $"${n}"));

    private static string Into(string table, string keys) => $"insert into {table} as t (program_id, {keys}, {ClickCounts.Sql(column => column)})";

    private static string Add(string table, string id, string time) => $"""
        insert into {table} as t (program_id, {id}, {time}, {ClickCounts.Sql(column => column)})
        select $1, g.{id}, g.{time}, {ClickCounts.Sql(column => $"g.{column}")}
        from unnest($2, $3, {Arrays(4)}) as g ({id}, {time}, {ClickCounts.Sql(column => column)})
        order by g.{id}, g.{time}
        on conflict (program_id, {id}, {time}) do update
        set {ClickCounts.Sql(column => $"{column} = t.{column} + excluded.{column}")}
        """;

    private static string AddToSlot(string table, params string[] keys) => $"""
        insert into {table} as t (program_id, {string.Join(", ", keys)}, slot, {ClickCounts.Sql(column => column)})
        select $1, {string.Join(", ", keys.Select(key => $"g.{key}"))}, 0, {ClickCounts.Sql(column => $"g.{column}")}
        from unnest({string.Join(", ", keys.Select((_, n) => $"${n + 2}"))}, {Arrays(keys.Length + 2)})
          as g ({string.Join(", ", keys)}, {ClickCounts.Sql(column => column)})
        order by {string.Join(", ", keys.Select(key => $"g.{key}"))}
        on conflict (program_id, {string.Join(", ", keys)}, slot) do update
        set {ClickCounts.Sql(column => $"{column} = t.{column} + excluded.{column}")}
        """;
}

using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>
/// A table of counters and what of it is asked for. Statements take the programme as <c>$1</c>, the scope's number as
/// <c>$2</c>, the first day as <c>$3</c>, the day after the last as <c>$4</c>.
/// </summary>
/// <param name="Time">Its column of days, months or hours.</param>
/// <param name="Where">Rows of <c>t</c> that belong to the scope.</param>
/// <param name="Id">Column by which its rows are grouped; null: they are not.</param>
internal sealed record Counter(string Table, string Time, string Where, string? Id = null)
{
    private const string Everything = "true";

    private static readonly string ClickSums = ClickCounts.Sql(column => $"sum(t.{column})::bigint as {column}");

    private const string OutcomeSums = """
        sum(t.leads)::bigint as leads, sum(t.conversions)::bigint as conversions, sum(t.revenue) as revenue, sum(t.refunds) as refunds,
        sum(t.refunded) as refunded, sum(t.rewards) as rewards
        """;

    private const string LinksOfReferrer = """
        t.link_id in (select l.link_id from links l where l.program_id = $1 and l.referrer_id = $2)
        """;

    /// <summary>Clicks of the whole scope, over time.</summary>
    public static Counter Clicks(AnalyticsQuestion question) => question.Scope switch
    {
        Dimensions.Program when question.Interval == Interval.Hour => new("program_hours", "hour", Everything),
        Dimensions.Referrer when question.Interval == Interval.Hour => new("link_hours", "hour", LinksOfReferrer),
        Dimensions.Link when question.Interval == Interval.Hour => new("link_hours", "hour", "t.link_id = $2"),
        Dimensions.Program when question.ByMonth => new("dimension_months", "month", OfDimension(question, Dimensions.Narrowest)),
        Dimensions.Referrer when question.ByMonth => new("referrer_months", "month", "t.referrer_id = $2"),
        Dimensions.Link when question.ByMonth => new("link_months", "month", "t.link_id = $2"),
        Dimensions.Referrer => new("referrer_days", "day", "t.referrer_id = $2"),
        _ => new("dimension_days", "day", OfDimension(question, Dimensions.Narrowest)),
    };

    /// <summary>Outcomes of the whole scope, over time.</summary>
    public static Counter Outcomes(AnalyticsQuestion question) => Outcomes(question, OfDimension(question, Dimensions.Total));

    public static Counter ClicksBy(AnalyticsQuestion question, string dimension) =>
        question.ByMonth && question.Scope == Dimensions.Program
            ? new("dimension_months", "month", OfDimension(question, dimension), "value")
            : new("dimension_days", "day", OfDimension(question, dimension), "value");

    public static Counter OutcomesBy(AnalyticsQuestion question, string dimension) =>
        question.ByMonth && question.Scope == Dimensions.Program
            ? new("folded_outcome_months", "month", OfDimension(question, dimension), "value")
            : new("folded_outcomes", "day", OfDimension(question, dimension), "value");

    /// <summary>Of a programme, clicks by referrer or domain.</summary>
    public static Counter ClicksByOwner(AnalyticsQuestion question, string owner) =>
        question.ByMonth ? new($"{owner}_months", "month", Everything, $"{owner}_id") : new($"{owner}_days", "day", Everything, $"{owner}_id");

    public static Counter OutcomesByOwner(AnalyticsQuestion question, string owner) =>
        Outcomes(question, $"t.scope = '{owner}' and t.dimension = 'total'") with { Id = "scope_id" };

    /// <summary>Clicks of a scope's links, from the counters that the clicks themselves move.</summary>
    public static Counter ClicksOfLinks(AnalyticsQuestion question) => new(
        question.ByMonth ? "link_months" : "link_days", question.ByMonth ? "month" : "day",
        question.Scope switch { Dimensions.Program => Everything, Dimensions.Referrer => LinksOfReferrer, _ => "t.link_id = $2" }, "link_id");

    /// <summary>Of each link and day one row, as folded: what many links are ranked by.</summary>
    public static Counter FoldedLinks(AnalyticsQuestion question) => new(
        "dimension_days", "day",
        $"t.scope = '{Dimensions.Link}' and t.dimension = '{Dimensions.Narrowest}'"
            + (question.Scope == Dimensions.Referrer ? " and t.scope_id in (select l.link_id from links l where l.program_id = $1 and l.referrer_id = $2)" : ""),
        "scope_id");

    /// <summary>Outcomes of a scope's links, from the counters that orders themselves move; 0: no link is credited.</summary>
    public static Counter OutcomesOfLinks(AnalyticsQuestion question) => new(
        "outcome_days", "day",
        question.Scope switch
        {
            Dimensions.Program => Everything,
            Dimensions.Referrer => "t.referrer_id = $2",
            _ => "t.referrer_id = (select l.referrer_id from links l where l.program_id = $1 and l.link_id = $2) and t.link_id = $2",
        },
        "link_id");

    /// <summary>Clicks of a referrer by the domains of its links.</summary>
    public static Counter ClicksByDomainOfLinks { get; } = new(
        $"""
        (select d.program_id, d.day, coalesce(l.domain_id, 0) as domain_id, {ClickCounts.Sql(column => $"d.{column}")}
         from links l
         join link_days d on d.program_id = l.program_id and d.link_id = l.link_id
         where l.program_id = $1 and l.referrer_id = $2)
        """,
        "day", Everything, "domain_id");

    /// <summary>Outcomes of a referrer by the domains of its links; -1: no link is credited.</summary>
    public static Counter OutcomesByDomainOfLinks { get; } = new(
        """
        (select o.program_id, o.day, case o.link_id when 0 then -1 else coalesce(l.domain_id, 0) end as domain_id, o.unit, o.leads,
                o.conversions, o.revenue, o.refunds, o.refunded, o.rewards
         from outcome_days o
         left join links l on l.program_id = o.program_id and l.link_id = o.link_id
         where o.program_id = $1 and o.referrer_id = $2)
        """,
        "day", Everything, "domain_id");

    public string ClickSeriesSql => $"""
        select t.{Time}, {ClickSums}
        {From}
        group by t.{Time}
        """;

    public string OutcomeSeriesSql => $"""
        select t.{Time}, t.unit, {OutcomeSums}
        {From}
        group by t.{Time}, t.unit
        """;

    /// <summary>The <c>$5</c> groups with the most clicks.</summary>
    public string ClickGroupsSql => $"""
        select t.{Id}, {ClickSums}
        {From}
        group by t.{Id}
        having sum(t.requests) <> 0
        order by sum(t.valid) desc, sum(t.requests) desc, t.{Id}
        limit $5
        """;

    /// <summary>Which <c>$5</c> groups have the most clicks.</summary>
    public string RankingSql => $"""
        select t.{Id}
        {From}
        group by t.{Id}
        having sum(t.requests) <> 0
        order by sum(t.valid) desc, sum(t.requests) desc, t.{Id}
        limit $5
        """;

    /// <summary>The clicks of some groups (<c>$6</c>).</summary>
    public string ClicksOfGroupsSql => $"""
        select t.{Id}, {ClickSums}
        {From} and t.{Id} = any($6)
        group by t.{Id}
        having sum(t.requests) <> 0
        """;

    /// <summary>The outcomes of some groups (<c>$6</c>), and of the <c>$5</c> with the most conversions among the others.</summary>
    public string OutcomeGroupsSql => $"""
        with g as materialized (
          select t.{Id} as id, t.unit, {OutcomeSums}
          {From}
          group by t.{Id}, t.unit
        ), best as (
          select g.id
          from g
          where g.id <> all($6)
          group by g.id
          having sum(g.leads) <> 0 or sum(g.conversions) <> 0 or sum(abs(g.refunded)) <> 0 or sum(abs(g.rewards)) <> 0 or sum(abs(g.refunds)) <> 0
          order by sum(g.conversions) desc, sum(g.leads) desc, g.id
          limit $5)
        select g.id, g.unit, g.leads, g.conversions, g.revenue, g.refunds, g.refunded, g.rewards
        from g
        where g.id = any($6) or g.id in (select b.id from best b)
        """;

    public bool IsHourly => Time == "hour";

    private string From => $"from {Table} t where t.program_id = $1 and {Where} and t.{Time} >= $3 and t.{Time} < $4";

    private static Counter Outcomes(AnalyticsQuestion question, string where) => question.ByMonth
        ? new("folded_outcome_months", "month", where)
        : new("folded_outcomes", "day", where);

    private static string OfDimension(AnalyticsQuestion question, string dimension) =>
        $"t.scope = '{question.Scope}' and t.scope_id = $2 and t.dimension = '{dimension}'";
}

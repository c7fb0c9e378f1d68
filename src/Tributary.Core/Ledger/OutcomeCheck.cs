using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>The counters of leads, orders and rewards against the rows that they count.</summary>
internal static class OutcomeCheck
{
    private const string Sums = """
        sum(leads) as leads, sum(conversions) as conversions, sum(revenue) as revenue, sum(refunds) as refunds,
        sum(refunded) as refunded, sum(rewards) as rewards
        """;

    private const string DaysSql = $"""
        select referrer_id, link_id, day, unit, {Sums}
        from outcome_days
        where program_id = $1
        group by referrer_id, link_id, day, unit
        """;

    /// <summary>What has been folded and what still waits together.</summary>
    public static DoctorCheck RollUpsSayWhatDaysDo { get; } = new(
        "What is folded of leads, orders and rewards, with what waits, is what their days say", "roll-ups",
        "select count(*) from folded_outcomes where program_id = $1",
        $"""
        with folded as (
          select s.day, s.unit, {Sums}
          from (select f.day, f.unit, f.leads, f.conversions, f.revenue, f.refunds, f.refunded, f.rewards
                from folded_outcomes f
                where f.program_id = $1 and f.scope = 'program' and f.dimension = 'total'
                union all
                select o.day, o.unit, o.leads, o.conversions, o.revenue, o.refunds, o.refunded, o.rewards
                from outcome_changes o
                where o.program_id = $1) as s
          group by s.day, s.unit
        ), counted as (
          select o.day, o.unit, {Sums} from outcome_days o where o.program_id = $1 group by o.day, o.unit
        )
        select format('%s %s: folded (%s), days (%s)', coalesce(f.day, c.day), coalesce(f.unit, c.unit),
                      concat_ws(' ', f.leads, f.conversions, f.revenue, f.refunds, f.refunded, f.rewards),
                      concat_ws(' ', c.leads, c.conversions, c.revenue, c.refunds, c.refunded, c.rewards))
        from folded f
        full join counted c on c.day = f.day and c.unit = f.unit
        where (coalesce(f.leads, 0), coalesce(f.conversions, 0), coalesce(f.revenue, 0), coalesce(f.refunds, 0), coalesce(f.refunded, 0),
               coalesce(f.rewards, 0))
           is distinct from
              (coalesce(c.leads, 0), coalesce(c.conversions, 0), coalesce(c.revenue, 0), coalesce(c.refunds, 0), coalesce(c.refunded, 0),
               coalesce(c.rewards, 0))
        """);

    public static DoctorCheck DaysSayWhatRowsCountFor { get; } = new(
        "Every day's leads, conversions, revenue and rewards are what its customers, orders and rewards come to", "days of links",
        "select count(*) from outcome_days where program_id = $1",
        $"""
        with counted as ({DaysSql}),
        due as (
          select s.referrer_id, s.link_id, s.day, s.unit, {Sums} from ({OutcomeSource.All}) as s
          group by s.referrer_id, s.link_id, s.day, s.unit
        )
        select format('referrer %s, link %s, %s %s: counted (%s), rows (%s)', coalesce(c.referrer_id, d.referrer_id),
                      coalesce(c.link_id, d.link_id), coalesce(c.day, d.day), coalesce(c.unit, d.unit),
                      concat_ws(' ', c.leads, c.conversions, c.revenue, c.refunds, c.refunded, c.rewards),
                      concat_ws(' ', d.leads, d.conversions, d.revenue, d.refunds, d.refunded, d.rewards))
        from counted c
        full join due d on d.referrer_id = c.referrer_id and d.link_id = c.link_id and d.day = c.day and d.unit = c.unit
        where (coalesce(c.leads, 0), coalesce(c.conversions, 0), coalesce(c.revenue, 0), coalesce(c.refunds, 0), coalesce(c.refunded, 0),
               coalesce(c.rewards, 0))
           is distinct from
              (coalesce(d.leads, 0), coalesce(d.conversions, 0), coalesce(d.revenue, 0), coalesce(d.refunds, 0), coalesce(d.refunded, 0),
               coalesce(d.rewards, 0))
        """);
}

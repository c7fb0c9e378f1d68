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

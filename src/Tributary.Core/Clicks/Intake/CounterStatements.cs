namespace Tributary.Clicks.Intake;

/// <summary>
/// Adds to the counters, in the order of their keys, so that nodes do not wait for each other in a circle (CL-60).
/// The sums come as one array of two dimensions, read by position: an array for each of them would be as many function scans.
/// </summary>
internal static class CounterStatements
{
    public const string LinkDays = """
        insert into link_days (
          program_id, link_id, day, slot, requests, unique_clicks, valid, head, preview, bot,
          not_navigation, blocked, link_deleted, link_paused, link_expired, referrer_inactive, automation,
          scanner, paid_ads, source_blocked, self, datacenter, flood, duplicate, velocity)
        select
          ($1::bigint[])[i], ($2::bigint[])[i], ($3::date[])[i], $4, ($5::bigint[])[i][1],
          ($5::bigint[])[i][2], ($5::bigint[])[i][3], ($5::bigint[])[i][4], ($5::bigint[])[i][5],
          ($5::bigint[])[i][6], ($5::bigint[])[i][7], ($5::bigint[])[i][8], ($5::bigint[])[i][9],
          ($5::bigint[])[i][10], ($5::bigint[])[i][11], ($5::bigint[])[i][12], ($5::bigint[])[i][13],
          ($5::bigint[])[i][14], ($5::bigint[])[i][15], ($5::bigint[])[i][16], ($5::bigint[])[i][17],
          ($5::bigint[])[i][18], ($5::bigint[])[i][19], ($5::bigint[])[i][20], ($5::bigint[])[i][21]
        from generate_series(1, cardinality($1::bigint[])) i
        order by 1, 2, 3
        on conflict (program_id, link_id, day, slot) do update set
          requests = link_days.requests + excluded.requests,
          unique_clicks = link_days.unique_clicks + excluded.unique_clicks,
          valid = link_days.valid + excluded.valid,
          head = link_days.head + excluded.head,
          preview = link_days.preview + excluded.preview,
          bot = link_days.bot + excluded.bot,
          not_navigation = link_days.not_navigation + excluded.not_navigation,
          blocked = link_days.blocked + excluded.blocked,
          link_deleted = link_days.link_deleted + excluded.link_deleted,
          link_paused = link_days.link_paused + excluded.link_paused,
          link_expired = link_days.link_expired + excluded.link_expired,
          referrer_inactive = link_days.referrer_inactive + excluded.referrer_inactive,
          automation = link_days.automation + excluded.automation,
          scanner = link_days.scanner + excluded.scanner,
          paid_ads = link_days.paid_ads + excluded.paid_ads,
          source_blocked = link_days.source_blocked + excluded.source_blocked,
          self = link_days.self + excluded.self,
          datacenter = link_days.datacenter + excluded.datacenter,
          flood = link_days.flood + excluded.flood,
          duplicate = link_days.duplicate + excluded.duplicate,
          velocity = link_days.velocity + excluded.velocity
        """;

    public const string ProgramHours = """
        insert into program_hours (
          program_id, hour, slot, requests, unique_clicks, valid, head, preview, bot, not_navigation,
          blocked, link_deleted, link_paused, link_expired, referrer_inactive, automation, scanner,
          paid_ads, source_blocked, self, datacenter, flood, duplicate, velocity, unknown)
        select
          ($1::bigint[])[i], ($2::timestamptz[])[i], $3, ($4::bigint[])[i][1], ($4::bigint[])[i][2],
          ($4::bigint[])[i][3], ($4::bigint[])[i][4], ($4::bigint[])[i][5], ($4::bigint[])[i][6],
          ($4::bigint[])[i][7], ($4::bigint[])[i][8], ($4::bigint[])[i][9], ($4::bigint[])[i][10],
          ($4::bigint[])[i][11], ($4::bigint[])[i][12], ($4::bigint[])[i][13], ($4::bigint[])[i][14],
          ($4::bigint[])[i][15], ($4::bigint[])[i][16], ($4::bigint[])[i][17], ($4::bigint[])[i][18],
          ($4::bigint[])[i][19], ($4::bigint[])[i][20], ($4::bigint[])[i][21], ($4::bigint[])[i][22]
        from generate_series(1, cardinality($1::bigint[])) i
        order by 1, 2
        on conflict (program_id, hour, slot) do update set
          requests = program_hours.requests + excluded.requests,
          unique_clicks = program_hours.unique_clicks + excluded.unique_clicks,
          valid = program_hours.valid + excluded.valid,
          head = program_hours.head + excluded.head,
          preview = program_hours.preview + excluded.preview,
          bot = program_hours.bot + excluded.bot,
          not_navigation = program_hours.not_navigation + excluded.not_navigation,
          blocked = program_hours.blocked + excluded.blocked,
          link_deleted = program_hours.link_deleted + excluded.link_deleted,
          link_paused = program_hours.link_paused + excluded.link_paused,
          link_expired = program_hours.link_expired + excluded.link_expired,
          referrer_inactive = program_hours.referrer_inactive + excluded.referrer_inactive,
          automation = program_hours.automation + excluded.automation,
          scanner = program_hours.scanner + excluded.scanner,
          paid_ads = program_hours.paid_ads + excluded.paid_ads,
          source_blocked = program_hours.source_blocked + excluded.source_blocked,
          self = program_hours.self + excluded.self,
          datacenter = program_hours.datacenter + excluded.datacenter,
          flood = program_hours.flood + excluded.flood,
          duplicate = program_hours.duplicate + excluded.duplicate,
          velocity = program_hours.velocity + excluded.velocity,
          unknown = program_hours.unknown + excluded.unknown
        """;
}

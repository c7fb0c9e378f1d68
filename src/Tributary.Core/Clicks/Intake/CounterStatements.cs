namespace Tributary.Clicks.Intake;

/// <summary>Adds to the counters, in the order of their keys, so that nodes do not wait for each other in a circle (CL-60).</summary>
internal static class CounterStatements
{
    public const string LinkDays = """
        insert into link_days (
          program_id, link_id, day, slot, requests, unique_clicks, valid, head, preview, bot,
          not_navigation, blocked, link_deleted, link_paused, link_expired, referrer_inactive, automation,
          scanner, paid_ads, source_blocked, self, datacenter, flood, duplicate, velocity)
        select
          c.program_id, c.link_id, c.day, $4, c.requests, c.unique_clicks, c.valid, c.head, c.preview,
          c.bot, c.not_navigation, c.blocked, c.link_deleted, c.link_paused, c.link_expired,
          c.referrer_inactive, c.automation, c.scanner, c.paid_ads, c.source_blocked, c.self, c.datacenter,
          c.flood, c.duplicate, c.velocity
        from unnest(
          $1::bigint[], $2::bigint[], $3::date[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
          $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
          $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[],
          $21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[], $25::bigint[])
          as c (
            program_id, link_id, day, requests, unique_clicks, valid, head, preview, bot, not_navigation,
            blocked, link_deleted, link_paused, link_expired, referrer_inactive, automation, scanner,
            paid_ads, source_blocked, self, datacenter, flood, duplicate, velocity)
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
          c.program_id, c.hour, $3, c.requests, c.unique_clicks, c.valid, c.head, c.preview, c.bot,
          c.not_navigation, c.blocked, c.link_deleted, c.link_paused, c.link_expired, c.referrer_inactive,
          c.automation, c.scanner, c.paid_ads, c.source_blocked, c.self, c.datacenter, c.flood, c.duplicate,
          c.velocity, c.unknown
        from unnest(
          $1::bigint[], $2::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
          $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
          $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[],
          $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[], $25::bigint[])
          as c (
            program_id, hour, requests, unique_clicks, valid, head, preview, bot, not_navigation, blocked,
            link_deleted, link_paused, link_expired, referrer_inactive, automation, scanner, paid_ads,
            source_blocked, self, datacenter, flood, duplicate, velocity, unknown)
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

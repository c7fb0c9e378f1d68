using Dapper;
using Npgsql;
using Tributary.Reporting.Analytics;

namespace Tributary.Bench.Analytics;

/// <summary>A programme with clicks on 1,000 links of 200 partners over 90 days, and the counters that they amount to.</summary>
/// <param name="LinkId">The first of its links.</param>
internal sealed record SampleClicks(long ProgramId, long ReferrerId, long LinkId, DateOnly FirstDay)
{
    private const int Days = 90;

    private const string Counts = "requests, unique_clicks, valid";

    private const string CountSql = "count(*), count(*) filter (where flags & 32 <> 0), count(*)";

    private static readonly string[] Dimensions = ["form", "country", "device", "browser", "system", "referring_host", "utm_source"];

    private const string ProgramSql = """
        insert into workspaces (name, created_at) select 'Bench', now() where not exists (select from workspaces);
        insert into programs (workspace_id, public_id, name, mode, state, currency, settings, hash_key, created_at)
        values (1, 'prg_' || @program, 'Bench', 'live', 'active', 'USD', '{}', '\x00', now());
        insert into referrers (program_id, referrer_id, kind, state, created_at, updated_at)
        select @program, @program * 100000 + n, 'partner', 'active', now(), now() from generate_series(1, 200) n;
        insert into links (program_id, public_id, referrer_id, key, short_code, created_at, updated_at)
        select @program, 'l' || n, @program * 100000 + 1 + n % 200, 'k' || n, 's' || n, now(), now() from generate_series(1, 1000) n;
        """;

    private const string ClicksSql = """
        insert into clicks (program_id, click_id, link_id, referrer_id, form, verdict, visitor_from, country, device, browser, system,
                            referring_host, utm_source, flags, batch)
        select @program, (lpad(to_hex(c.ms), 12, '0') || '7' || substr(md5(c.n::text), 1, 3) || '8' || substr(md5(c.n::text), 4, 15))::uuid,
               @link + c.n::bigint * 7919 % 1000, l.referrer_id, 'short', 'valid', 'given', (array['NO', 'SE', 'DK', 'DE', 'FR', 'GB', 'US'])[1 + c.n % 7],
               (array['mobile', 'desktop'])[1 + c.n % 2], (array['Chrome', 'Firefox', 'Safari'])[1 + c.n % 3], (array['Android', 'iOS', 'Windows'])[1 + c.n % 3],
               'site' || c.n % 40 || '.example', 's' || c.n % 25, case when c.n % 3 = 0 then 0 else 32 end, 1
        from (select n, @start::bigint + (n::numeric * @span / @clicks)::bigint as ms from generate_series(0, @clicks - 1) n) c
        join links l on l.program_id = @program and l.link_id = @link + c.n::bigint * 7919 % 1000
        """;

    private const string DayOfClick =
        "(to_timestamp(('x' || substr(replace(click_id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0) at time zone 'UTC')::date";

    public AnalyticsQuestion Ask(int days, Interval interval = Interval.Day, Grouping? by = null) =>
        new(ProgramId, TimeZoneInfo.Utc, FirstDay.AddDays(Days - days), FirstDay.AddDays(Days), interval, by);

    public static async Task<SampleClicks> FillAsync(NpgsqlConnection connection, long program, int clicks)
    {
        var first = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-Days);
        var start = new DateTimeOffset(first.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
        await RunAsync(connection, ProgramSql, new { program });
        long link = await connection.ExecuteScalarAsync<long>("select min(link_id) from links where program_id = @program", new { program });
        await RunAsync(connection, ClicksSql, new { program, link, start, span = (long)TimeSpan.FromDays(Days).TotalMilliseconds, clicks });
        await RunAsync(
            connection,
            $"insert into link_days (program_id, link_id, day, slot, {Counts}) select program_id, link_id, {DayOfClick}, batch % 8, {CountSql} from clicks where program_id = @program group by 1, 2, 3, 4",
            new { program });
        await RunAsync(
            connection,
            $"insert into referrer_days (program_id, referrer_id, day, {Counts}) select program_id, referrer_id, {DayOfClick}, {CountSql} from clicks where program_id = @program group by 1, 2, 3",
            new { program });
        foreach (string dimension in Dimensions)
            foreach (var (scope, id) in new[] { ("program", "0"), ("referrer", "referrer_id"), ("link", "link_id") })
                await RunAsync(
                    connection,
                    $"insert into dimension_days (program_id, scope, scope_id, dimension, day, value, {Counts}) select program_id, '{scope}', {id}::bigint, '{dimension}', {DayOfClick}, {dimension}, {CountSql} from clicks where program_id = @program group by 1, 2, 3, 4, 5, 6",
                    new { program });
        await RunAsync(connection, "analyze (verbose false)", new { });
        return new SampleClicks(program, (program * 100_000) + 1, link, first);
    }

    private static Task RunAsync(NpgsqlConnection connection, string sql, object parameters) =>
        connection.ExecuteAsync(sql, parameters, commandTimeout: 0);
}

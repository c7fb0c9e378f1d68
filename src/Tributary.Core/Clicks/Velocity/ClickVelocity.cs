using Npgsql;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Clicks.Velocity;

/// <summary>
/// Looks every minute for clicks that came faster than people click (clicks.md rule 13) and writes down what it finds; a recount
/// then takes them out of the numbers. Any node may look: what was found before is not found again.
/// </summary>
public sealed class ClickVelocity(Database database, ProgramRegister programs, TimeProvider clock)
{
    /// <summary>A click this young may still land.</summary>
    private static readonly TimeSpan TimeToLand = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How far before now bursts are looked for, beyond the span itself: longer than from one look to the next.</summary>
    private static readonly TimeSpan MinutesBack = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan HoursBack = TimeSpan.FromMinutes(30);

    /// <summary>An hour of clicks is read six times an hour, not sixty.</summary>
    private static readonly TimeSpan HourEvery = TimeSpan.FromMinutes(10);

    /// <summary>Address prefixes of one look at a programme, the busiest.</summary>
    private const int MostAddresses = 1_000;

    /// <summary>Clicks in memory at once. Of a single address that has more, the later ones are found by the next looks.</summary>
    private const int MostClicks = 200_000;

    /// <summary>By the hours' counters, so that programmes without clicks cost no look at their rows.</summary>
    private const string ProgramsSql = """
        select p.program_id, h.clicks
        from programs p
        cross join lateral (
          select coalesce(sum(t.valid + t.velocity), 0)::bigint as clicks
          from program_hours t
          where t.program_id = p.program_id and t.hour >= $1) h
        where h.clicks > 0
        """;

    private const string BusySql = """
        select c.referrer_id, c.address, count(*)
        from clicks c
        where c.program_id = $1 and c.click_id >= $2 and c.click_id < $3
          and c.verdict in ('valid', 'velocity') and c.address is not null and c.flags & $4 = 0
        group by c.referrer_id, c.address
        having count(*) > $5
        order by count(*) desc
        limit $6
        """;

    private const string ClicksSql = """
        select c.referrer_id, c.address, c.click_id, c.link_id, l.click_id is not null, coalesce(l.visitor_id, c.visitor_id)
        from clicks c
        join unnest($5::bigint[], $6::text[]) as busy (referrer_id, address) on busy.referrer_id = c.referrer_id and busy.address = c.address
        left join landings l on l.program_id = c.program_id and l.click_id = c.click_id
        where c.program_id = $1 and c.click_id >= $2 and c.click_id < $3
          and c.verdict in ('valid', 'velocity') and c.flags & $4 = 0
        order by c.referrer_id, c.address, c.click_id
        limit $7
        """;

    private const string WriteSql = """
        insert into velocity_findings (program_id, link_id, referrer_id, address, starts_at, ends_at, clicks, landings, found_at)
        select $1, b.link_id, $2, $3, b.starts_at, b.ends_at, b.clicks, b.landings, $9
        from unnest($4, $5, $6, $7, $8) as b (link_id, starts_at, ends_at, clicks, landings)
        where not exists (
          select from velocity_findings v
          where v.program_id = $1 and v.referrer_id = $2 and v.address = $3 and (v.link_id is null or v.link_id = b.link_id)
            and v.starts_at <= b.starts_at and v.ends_at >= b.ends_at)
        """;

    private DateTimeOffset hoursSeenAt = DateTimeOffset.MinValue;

    /// <returns>How many bursts were new.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var lookAtHours = clock.GetUtcNow() - hoursSeenAt >= HourEvery;
        var found = 0;
        foreach (var (programId, clicks) in await BusyProgramsAsync(ct))
        {
            if (await programs.FindAsync(programId, ct) is not { } program)
                continue;
            var settings = program.Settings.Clicks;
            found += await LookAsync(programId, clicks, new VelocityLimit(Minute, settings.VelocityPerMinute), MinutesBack, ct);
            if (lookAtHours)
                found += await LookAsync(programId, clicks, new VelocityLimit(Hour, settings.VelocityPerHour), HoursBack, ct);
        }
        if (lookAtHours)
            hoursSeenAt = clock.GetUtcNow();
        return found;
    }

    private async Task<IReadOnlyList<(long ProgramId, long Clicks)>> BusyProgramsAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var busy = new List<(long, long)>();
        var load = new LoadBatch(connection);
        load.Query(ProgramsSql, row => busy.Add((row.GetInt64(0), row.GetInt64(1))), Param.Of(clock.GetUtcNow() - HoursBack - (2 * Hour)));
        await load.RunAsync(ct);
        return busy;
    }

    private async Task<int> LookAsync(long programId, long clicks, VelocityLimit limit, TimeSpan back, CancellationToken ct)
    {
        if (limit.Most == 0 || clicks <= limit.Most)
            return 0;
        var until = clock.GetUtcNow() - TimeToLand;
        await using var connection = await database.OpenAsync(ct);
        var look = new Look(connection, programId, limit, ClickId.FirstAt(until - back - limit.Span).Value, ClickId.FirstAt(until).Value);
        var found = 0;
        foreach (var addresses in Parts(await look.AddressesAsync(ct)))
        {
            foreach (var (key, seen) in await look.ClicksAsync(addresses, ct))
                found += await WriteAsync(connection, programId, key, VelocityRule.Find(seen, limit), ct);
        }
        return found;
    }

    /// <summary>As many addresses at a time as have no more clicks than fit into memory.</summary>
    private static IEnumerable<IReadOnlyList<BusyAddress>> Parts(IReadOnlyList<BusyAddress> addresses)
    {
        var part = new List<BusyAddress>();
        foreach (var address in addresses)
        {
            if (part.Count > 0 && part.Sum(one => one.Clicks) + address.Clicks > MostClicks)
            {
                yield return part;
                part = [];
            }
            part.Add(address);
        }
        if (part.Count > 0)
            yield return part;
    }

    private async Task<int> WriteAsync(
        NpgsqlConnection connection, long programId, (long Referrer, string Address) key, IReadOnlyList<Burst> bursts, CancellationToken ct)
    {
        if (bursts.Count == 0)
            return 0;
        await using var write = new NpgsqlCommand(WriteSql, connection);
        NpgsqlParameter[] values =
        [
            Param.Of(programId), Param.Of(key.Referrer), Param.Of(key.Address), Param.Of([.. bursts.Select(burst => burst.LinkId)]),
            Param.Of([.. bursts.Select(burst => burst.Start)]), Param.Of([.. bursts.Select(burst => burst.End)]),
            Param.Of([.. bursts.Select(burst => burst.Clicks)]), Param.Of([.. bursts.Select(burst => burst.Landings)]),
            Param.Of(clock.GetUtcNow()),
        ];
        write.Parameters.AddRange(values);
        return await write.ExecuteNonQueryAsync(ct);
    }

    private readonly record struct BusyAddress(long Referrer, string Address, long Clicks);

    /// <summary>One programme's clicks between two ids.</summary>
    private sealed class Look(NpgsqlConnection connection, long programId, VelocityLimit limit, Guid from, Guid to)
    {
        public async Task<IReadOnlyList<BusyAddress>> AddressesAsync(CancellationToken ct)
        {
            var addresses = new List<BusyAddress>();
            var load = new LoadBatch(connection);
            load.Query(
                BusySql, row => addresses.Add(new BusyAddress(row.GetInt64(0), row.GetString(1), row.GetInt64(2))),
                Param.Of(programId), Param.Of((Guid?)from), Param.Of((Guid?)to), Param.Of((int)ClickFlags.PrivateAddress), Param.Of(limit.Most),
                Param.Of(MostAddresses));
            await load.RunAsync(ct);
            return addresses;
        }

        public async Task<Dictionary<(long Referrer, string Address), List<SeenClick>>> ClicksAsync(
            IReadOnlyList<BusyAddress> addresses, CancellationToken ct)
        {
            var seen = addresses.ToDictionary(one => (one.Referrer, one.Address), _ => new List<SeenClick>());
            var load = new LoadBatch(connection);
            load.Query(
                ClicksSql,
                row => seen[(row.GetInt64(0), row.GetString(1))].Add(new SeenClick(
                    new ClickId(row.GetGuid(2)).At, row.GetInt64(3), row.GetBoolean(4) && !row.IsDBNull(5) ? row.GetGuid(5) : null)),
                Param.Of(programId), Param.Of((Guid?)from), Param.Of((Guid?)to), Param.Of((int)ClickFlags.PrivateAddress),
                Param.Of([.. addresses.Select(one => one.Referrer)]), Param.Of([.. addresses.Select(one => (string?)one.Address)]),
                Param.Of(MostClicks));
            await load.RunAsync(ct);
            return seen;
        }
    }
}

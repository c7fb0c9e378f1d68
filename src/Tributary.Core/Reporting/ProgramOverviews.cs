using System.Numerics;
using Npgsql;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Reporting;

/// <summary>What happened in a programme in one period.</summary>
public sealed record PeriodNumbers
{
    public long Partners { get; init; }

    /// <summary>Valid ones.</summary>
    public long Clicks { get; init; }
    public long Leads { get; init; }
    public long Conversions { get; init; }

    /// <summary>Referred customers with a first order.</summary>
    public long PaidAccounts { get; init; }
    public long Customers { get; init; }
    public long ReferredCustomers { get; init; }

    /// <summary>Customers who referred somebody.</summary>
    public long ReferringCustomers { get; init; }

    /// <summary>By unit, in its smallest part.</summary>
    public IReadOnlyDictionary<string, BigInteger> Revenue { get; init; } = new Dictionary<string, BigInteger>();
    public IReadOnlyDictionary<string, BigInteger> Rewards { get; init; } = new Dictionary<string, BigInteger>();
}

/// <summary>What stands on all recipients' accounts in one unit.</summary>
public sealed record OwedInAll(string Unit, BigInteger InReview, BigInteger Unclaimed, BigInteger Paid);

/// <param name="Total">Since ever.</param>
/// <param name="Last">The last 30 days.</param>
/// <param name="Before">The 30 days before those.</param>
/// <param name="PartnersByState">By the word of the state.</param>
public sealed record ProgramOverview(
    PeriodNumbers Total,
    PeriodNumbers Last,
    PeriodNumbers Before,
    IReadOnlyDictionary<string, long> PartnersByState,
    IReadOnlyList<OwedInAll> Owed,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>The numbers of a whole programme.</summary>
public sealed class ProgramOverviews(Database database, TimeProvider clock)
{
    private const int PeriodDays = 30;

    private const string ClicksSql = """
        select w.n, sum(h.valid)::bigint
        from unnest($2, $3) with ordinality as w (starts, ends, n)
        join program_hours h on h.program_id = $1 and h.hour >= w.starts and h.hour < w.ends
        group by w.n
        """;

    private const string OutcomesSql = """
        select w.n, o.unit, sum(o.leads)::bigint, sum(o.conversions)::bigint, sum(o.revenue), sum(o.rewards)
        from unnest($2, $3) with ordinality as w (starts, ends, n)
        join outcome_days o on o.program_id = $1 and o.day >= w.starts and o.day < w.ends
        group by w.n, o.unit
        """;

    private const string PartnersSql = """
        select w.n, count(*)
        from unnest($2, $3) with ordinality as w (starts, ends, n)
        join referrers r on r.program_id = $1 and r.created_at >= w.starts and r.created_at < w.ends
        where r.kind = 'partner' and r.state <> 'deleted'
        group by w.n
        """;

    private const string CustomersSql = """
        select w.n, count(*), count(a.customer_id), count(distinct r.referrer_id), count(a.customer_id) filter (where c.orders_count > 0)
        from unnest($2, $3) with ordinality as w (starts, ends, n)
        join customers c on c.program_id = $1 and c.created_at >= w.starts and c.created_at < w.ends
        left join attributions a on a.program_id = c.program_id and a.customer_id = c.customer_id and a.state = 'standing'
        left join referrers r on r.program_id = a.program_id and r.referrer_id = a.referrer_id and r.kind = 'customer'
        where c.deleted_at is null and c.merged_into is null
        group by w.n
        """;

    private const string StatesSql = "select state, count(*) from referrers where program_id = $1 and kind = 'partner' group by state";

    private const string OwedSql = """
        select unit, sum(pending + held), sum(available + in_payout), sum(paid)
        from balances
        where program_id = $1
        group by unit
        order by unit collate "C"
        """;

    private const string TimesSql = "select created_at, coalesce(updated_at, created_at) from programs where program_id = $1";

    public async Task<ProgramOverview> ReadAsync(ReferralProgram program, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        var periods = new PeriodNumbers[] { new(), new(), new() };
        var states = new Dictionary<string, long>();
        var owed = new List<OwedInAll>();
        var (createdAt, updatedAt) = (default(DateTimeOffset), default(DateTimeOffset));
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        AddPeriods(load, program, periods);
        load.Query(StatesSql, row => states.Add(row.GetString(0), row.GetInt64(1)), Param.Of(program.Id));
        load.Query(OwedSql, row => owed.Add(new OwedInAll(row.GetString(0), row.Big(1), row.Big(2), row.Big(3))), Param.Of(program.Id));
        load.Query(TimesSql, row => (createdAt, updatedAt) = (row.Time(0), row.Time(1)), Param.Of(program.Id));
        await load.RunAsync(ct);
        return new ProgramOverview(periods[0], periods[1], periods[2], states, owed, createdAt, updatedAt);
    }

    private void AddPeriods(LoadBatch load, ReferralProgram program, PeriodNumbers[] periods)
    {
        var zone = program.Settings.Zone;
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
        DateOnly[] startDays = [new(2000, 1, 1), today.AddDays(1 - PeriodDays), today.AddDays(1 - (2 * PeriodDays))];
        DateOnly[] endDays = [new(9999, 1, 1), today.AddDays(1), startDays[1]];
        Add(ClicksSql, byDay: false, row => At(row) with { Clicks = row.GetInt64(1) });
        Add(PartnersSql, byDay: false, row => At(row) with { Partners = row.GetInt64(1) });
        Add(CustomersSql, byDay: false, row => At(row) with
        {
            Customers = row.GetInt64(1),
            ReferredCustomers = row.GetInt64(2),
            ReferringCustomers = row.GetInt64(3),
            PaidAccounts = row.GetInt64(4),
        });
        Add(OutcomesSql, byDay: true, row => WithOutcomes(At(row), row));

        PeriodNumbers At(NpgsqlDataReader row) => periods[row.GetInt64(0) - 1];

        void Add(string sql, bool byDay, Func<NpgsqlDataReader, PeriodNumbers> read) => load.Query(
            sql,
            row => periods[row.GetInt64(0) - 1] = read(row),
            Param.Of(program.Id),
            byDay ? Param.Of(startDays) : Param.Of([.. startDays.Select(day => InstantOf(day, zone))]),
            byDay ? Param.Of(endDays) : Param.Of([.. endDays.Select(day => InstantOf(day, zone))]));
    }

    private static PeriodNumbers WithOutcomes(PeriodNumbers period, NpgsqlDataReader row) => period with
    {
        Leads = period.Leads + row.GetInt64(2),
        Conversions = period.Conversions + row.GetInt64(3),
        Revenue = With(period.Revenue, row.GetString(1), row.Big(4)),
        Rewards = With(period.Rewards, row.GetString(1), row.Big(5)),
    };

    private static IReadOnlyDictionary<string, BigInteger> With(IReadOnlyDictionary<string, BigInteger> amounts, string unit, BigInteger amount) =>
        amount.IsZero ? amounts : new SortedDictionary<string, BigInteger>(amounts.ToDictionary(), StringComparer.Ordinal) { [unit] = amount };

    private static DateTimeOffset InstantOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}

using Dapper;
using Tributary.Storage;

namespace Tributary.Reporting.Tracking;

/// <summary>What all orders of a programme add up to. USD in millionths.</summary>
/// <param name="Given">USD that executed orders gave; Taken and Fees the same.</param>
/// <param name="Affiliate">USD that integrators earned.</param>
/// <param name="Active">Orders that are created now and not filled.</param>
/// <param name="Creators">Makers.</param>
public sealed record TrackedTotals(
    decimal Given, decimal Taken, decimal Fees, decimal Affiliate, long Created, long Fulfilled, long Active, long Creators);

/// <summary>One day of one route. USD in millionths.</summary>
/// <param name="NewCreators">Makers whose first order of all it holds.</param>
public sealed record RouteDay(
    long GiveChain, long TakeChain, DateOnly Day, decimal Created, decimal Fulfilled, decimal Given, decimal Taken, decimal Fees, decimal Creators, decimal NewCreators);

/// <summary>
/// Totals that name nobody (debridge.md § 4.8). What was created counts on its day of creation, what was fulfilled and its
/// amounts on the day of fulfilment.
/// </summary>
public sealed class ProgramTotals(Database database)
{
    private const string AllTimeSql = """
        with executed as (
          select o.give_usd, o.take_usd, o.protocol_fee_usd
          from chain_orders o
          where o.program_id = @programId and o.state in ('Fulfilled', 'SentUnlock', 'ClaimedUnlock')
            and (@since is null or o.fulfilled_at >= @since)),
        earned as (
          select o.affiliate_usd
          from chain_orders o
          join affiliate_fees a on a.program_id = o.program_id and a.order_key = o.order_key and a.state <> 'reversed'
          where o.program_id = @programId and (@since is null or a.earned_at >= @since)),
        made as (
          select o.state, o.maker from chain_orders o where o.program_id = @programId and (@since is null or o.created_at >= @since))
        select coalesce((select sum(give_usd) from executed), 0) as given, coalesce((select sum(take_usd) from executed), 0) as taken,
               coalesce((select sum(protocol_fee_usd) from executed), 0) as fees, coalesce((select sum(affiliate_usd) from earned), 0) as affiliate,
               (select count(*) from made) as created, (select count(*) from executed) as fulfilled,
               (select count(*) from made where state = 'Created') as active, (select count(distinct maker) from made) as creators
        """;

    /// <summary>Per day and route, and running sums of each route since its beginning: a maker counts once in these.</summary>
    private const string DaysSql = """
        with made as (
          select o.give_chain, o.take_chain, (o.created_at at time zone 'UTC')::date as day, o.maker,
                 row_number() over (partition by o.maker order by o.created_at, o.order_id) as of_maker,
                 row_number() over (partition by o.give_chain, o.take_chain, o.maker order by o.created_at, o.order_id) as of_route
          from chain_orders o
          where o.program_id = @programId and o.created_at <= @end),
        created as (
          select give_chain, take_chain, day, count(*) as created, count(distinct maker) as creators,
                 count(*) filter (where of_maker = 1) as new_creators, count(*) filter (where of_route = 1) as new_on_route
          from made group by give_chain, take_chain, day),
        fulfilled as (
          select o.give_chain, o.take_chain, (o.fulfilled_at at time zone 'UTC')::date as day, count(*) as fulfilled,
                 coalesce(sum(o.give_usd), 0) as given, coalesce(sum(o.take_usd), 0) as taken, coalesce(sum(o.protocol_fee_usd), 0) as fees
          from chain_orders o
          where o.program_id = @programId and o.state in ('Fulfilled', 'SentUnlock', 'ClaimedUnlock') and o.fulfilled_at <= @end
          group by o.give_chain, o.take_chain, (o.fulfilled_at at time zone 'UTC')::date),
        days as (
          select give_chain, take_chain, day, coalesce(c.created, 0) as created, coalesce(f.fulfilled, 0) as fulfilled, coalesce(f.given, 0) as given,
                 coalesce(f.taken, 0) as taken, coalesce(f.fees, 0) as fees, coalesce(c.creators, 0) as creators,
                 coalesce(c.new_creators, 0) as new_creators, coalesce(c.new_on_route, 0) as new_on_route
          from created c full join fulfilled f using (give_chain, take_chain, day)),
        running as (
          select give_chain, take_chain, day, sum(created) over route as created, sum(fulfilled) over route as fulfilled, sum(given) over route as given,
                 sum(taken) over route as taken, sum(fees) over route as fees, sum(new_on_route) over route as creators,
                 sum(new_creators) over route as new_creators
          from days window route as (partition by give_chain, take_chain order by day))
        select false as cumulative, give_chain, take_chain, day::timestamp as day, created, fulfilled, given, taken, fees, creators, new_creators
        from days where day between @first and @last
        union all
        select true, give_chain, take_chain, day::timestamp, created, fulfilled, given, taken, fees, creators, new_creators
        from running where day between @first and @last
        order by cumulative, day, give_chain, take_chain
        """;

    /// <param name="since">Null: since the beginning.</param>
    public async Task<TrackedTotals> AllTimeAsync(long programId, DateTimeOffset? since, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<TrackedTotals>(
            new CommandDefinition(AllTimeSql, new { programId, since }, cancellationToken: ct));
    }

    /// <returns>Days with anything by day and route, and the same days as running sums.</returns>
    public async Task<(IReadOnlyList<RouteDay> Days, IReadOnlyList<RouteDay> Running)> DaysAsync(
        long programId, DateOnly first, DateOnly last, CancellationToken ct)
    {
        var days = (new List<RouteDay>(), new List<RouteDay>());
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, first = first.ToDateTime(default), last = last.ToDateTime(default), end = new DateTimeOffset(last.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero) };
        foreach (var row in await connection.QueryAsync<Row>(new CommandDefinition(DaysSql, arguments, cancellationToken: ct)))
            (row.Cumulative ? days.Item2 : days.Item1).Add(row.ToDay());
        return days;
    }

    private sealed record Row
    {
        public bool Cumulative { get; init; }
        public long GiveChain { get; init; }
        public long TakeChain { get; init; }
        public DateTime Day { get; init; }
        public decimal Created { get; init; }
        public decimal Fulfilled { get; init; }
        public decimal Given { get; init; }
        public decimal Taken { get; init; }
        public decimal Fees { get; init; }
        public decimal Creators { get; init; }
        public decimal NewCreators { get; init; }

        public RouteDay ToDay() =>
            new(GiveChain, TakeChain, DateOnly.FromDateTime(Day), Created, Fulfilled, Given, Taken, Fees, Creators, NewCreators);
    }
}

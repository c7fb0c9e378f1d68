using System.Numerics;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>What a referrer brought, through links or without.</summary>
/// <param name="Clicks">Valid ones, over all links.</param>
/// <param name="UniqueClicks">The same, by visitor and link.</param>
/// <param name="PaidAccounts">Customers attributed to it with an order that is.</param>
/// <param name="Revenue">Per currency in minor units, in the order of their codes.</param>
public sealed record ReferrerMetrics(
    long Clicks, long UniqueClicks, long Leads, long Conversions, long PaidAccounts, IReadOnlyList<KeyValuePair<string, BigInteger>> Revenue);

/// <summary>Reads the numbers of links and referrers from the counters that are written with their causes.</summary>
public sealed class ReferrerNumbers(Database database)
{
    private const string ClicksSql = """
        select coalesce(sum(d.valid), 0)::bigint, coalesce(sum(d.unique_clicks), 0)::bigint
        from links l
        join link_days d on d.program_id = l.program_id and d.link_id = l.link_id
        where l.program_id = $1 and l.referrer_id = $2
        """;

    private const string OutcomesSql = """
        select unit, sum(leads)::bigint, sum(conversions)::bigint, sum(revenue)
        from outcome_days
        where program_id = $1 and referrer_id = $2
        group by unit
        order by unit collate "C"
        """;

    private const string PaidAccountsSql = """
        select count(*)
        from attributions a
        where a.program_id = $1 and a.referrer_id = $2 and a.state = 'standing' and exists (
          select from orders o
          where o.program_id = a.program_id and o.customer_id = a.customer_id and o.referrer_id = a.referrer_id
            and o.living and o.state <> 'cancelled' and (o.refunded < o.total or o.total = 0))
        """;

    public async Task<ReferrerMetrics> ReadAsync(long programId, long referrerId, CancellationToken ct)
    {
        var (clicks, unique, leads, conversions, accounts) = (0L, 0L, 0L, 0L, 0L);
        var revenue = new List<KeyValuePair<string, BigInteger>>();
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(ClicksSql, row => (clicks, unique) = (row.GetInt64(0), row.GetInt64(1)), Param.Of(programId), Param.Of(referrerId));
        load.Query(
            OutcomesSql,
            row =>
            {
                leads += row.GetInt64(1);
                conversions += row.GetInt64(2);
                if (row.Big(3) is { IsZero: false } amount)
                    revenue.Add(new(row.GetString(0), amount));
            },
            Param.Of(programId), Param.Of(referrerId));
        load.Query(PaidAccountsSql, row => accounts = row.GetInt64(0), Param.Of(programId), Param.Of(referrerId));
        await load.RunAsync(ct);
        return new ReferrerMetrics(clicks, unique, leads, conversions, accounts, revenue);
    }

    /// <summary>The five metrics of each of the links; see <see cref="LinkStats"/>.</summary>
    public async Task<IReadOnlyDictionary<long, LinkMetrics>> OfLinksAsync(
        long programId, IReadOnlyCollection<long> linkIds, DateOnly? from, DateOnly? to, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await LinkStats.ReadAsync(connection, programId, linkIds, from, to, ct);
    }
}

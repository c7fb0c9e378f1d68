using System.Numerics;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>The five metrics of a link (partnero.md § 6).</summary>
/// <param name="Clicks">Valid clicks.</param>
/// <param name="Revenue">Per currency in minor units, in the order of their codes; empty when there is none.</param>
public sealed record LinkMetrics(
    long Clicks, long UniqueClicks, long Leads, long Conversions, IReadOnlyList<KeyValuePair<string, BigInteger>> Revenue)
{
    public static readonly LinkMetrics None = new(0, 0, 0, 0, []);
}

/// <summary>The numbers of single links from the counters that are written with their causes: never late, never a scan of clicks.</summary>
public static class LinkStats
{
    /// <param name="from">The first day, in the programme's zone; null: since ever.</param>
    /// <param name="to">The day after the last one; null: until now.</param>
    /// <returns>An entry for each of the links, read at one instant.</returns>
    public static async Task<IReadOnlyDictionary<long, LinkMetrics>> ReadAsync(
        NpgsqlConnection connection, long programId, IReadOnlyCollection<long> linkIds, DateOnly? from, DateOnly? to, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(linkIds);
        var numbers = linkIds.Distinct().ToDictionary(link => link, _ => new Numbers());
        if (numbers.Count == 0)
            return new Dictionary<long, LinkMetrics>();
        var load = new LoadBatch(connection);
        load.Query(
            StatementOf(from, to), row => Read(row, numbers),
            Param.Of(programId), Param.Of(numbers.Keys), Param.Of(from ?? DateOnly.MinValue), Param.Of(to ?? DateOnly.MaxValue));
        await load.RunAsync(ct);
        return numbers.ToDictionary(link => link.Key, link => Of(link.Value));
    }

    internal static string StatementOf(DateOnly? from, DateOnly? to) => $"""
        select d.link_id, '', sum(d.valid)::bigint, sum(d.unique_clicks)::bigint, 0::bigint, 0::bigint, 0::numeric
        from link_days d
        where d.program_id = $1 and d.link_id = any($2) {Sql.When(from, "and d.day >= $3")} {Sql.When(to, "and d.day < $4")}
        group by d.link_id
        union all
        select o.link_id, o.unit, 0, 0, sum(o.leads)::bigint, sum(o.conversions)::bigint, sum(o.revenue)
        from links l
        join outcome_days o on o.program_id = l.program_id and o.referrer_id = l.referrer_id and o.link_id = l.link_id
        where l.program_id = $1 and l.link_id = any($2)
          {Sql.When(from, "and o.day >= $3")} {Sql.When(to, "and o.day < $4")}
        group by o.link_id, o.unit
        """;

    private static void Read(NpgsqlDataReader row, Dictionary<long, Numbers> numbers)
    {
        var link = numbers[row.GetInt64(0)];
        link.Clicks.AddClicks(row.GetInt64(2), row.GetInt64(3));
        link.Add(row.GetString(1), new OutcomeAmounts
        {
            Leads = row.GetInt64(4),
            Conversions = row.GetInt64(5),
            Revenue = row.GetFieldValue<BigInteger>(6),
        });
    }

    private static LinkMetrics Of(Numbers numbers) =>
        new(numbers.Clicks.Clicks, numbers.Clicks.UniqueClicks, numbers.Leads, numbers.Conversions, numbers.Revenue);
}

using System.Globalization;
using Dapper;
using Npgsql;

namespace Tributary.Bench.Report;

/// <summary>Where PostgreSQL's time goes, statement by statement, by its own <c>pg_stat_statements</c>.</summary>
internal static class StatementTimes
{
    public static readonly IReadOnlyDictionary<string, string> Parameters = new Dictionary<string, string>
    {
        ["shared_preload_libraries"] = "pg_stat_statements",
        ["pg_stat_statements.track_planning"] = "on",
    };

    private const string TopSql = """
        select calls, plans, total_exec_time + total_plan_time as milliseconds, min_exec_time as least, wal_bytes, regexp_replace(query, '\s+', ' ', 'g') as query
        from pg_stat_statements
        where calls > 1
        order by milliseconds desc
        limit 40
        """;

    public static async Task ResetAsync(NpgsqlConnection connection)
    {
        await connection.ExecuteAsync("create extension if not exists pg_stat_statements");
        await connection.ExecuteAsync("select pg_stat_statements_reset()");
    }

    public static async Task PrintAsync(NpgsqlConnection connection, string title, long requests)
    {
        var rows = (await connection.QueryAsync<(long Calls, long Plans, double Milliseconds, double Least, decimal Wal, string Query)>(TopSql)).ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{title}: {rows.Sum(row => row.Milliseconds) * 1000 / requests:0} µs (least {rows.Sum(row => row.Least) * 1000:0}) and {rows.Sum(row => row.Wal) / requests:0} bytes of log each, {rows.Sum(row => row.Calls) / (double)requests:0.0} statements"));
        foreach (var (calls, plans, milliseconds, least, wal, query) in rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {milliseconds * 1000 / requests,6:0} µs (least {least * 1000,3:0}) {(double)calls / requests,5:0.00} × (planned {(double)plans / requests:0.00} ×) {wal / requests,6:0} B  {(query.Length > 120 ? query[..120] : query)}"));
        }
    }
}

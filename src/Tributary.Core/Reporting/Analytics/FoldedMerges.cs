using Npgsql;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>Adds the roll-ups of a referrer who was merged into another to the other's.</summary>
internal static class FoldedMerges
{
    private const string TakeSql = """
        delete from referrer_merges where program_id = $1 returning merge_id, former_id, referrer_id
        """;

    private const string Outcomes = "leads, conversions, revenue, refunds, refunded, rewards";

    private static readonly string[] MoveSql =
    [
        Move("referrer_days", "referrer_id", "day", ClickCounts.Columns),
        Move("referrer_months", "referrer_id", "month", ClickCounts.Columns),
        Move("dimension_days", "scope_id", "scope, dimension, day, value", ClickCounts.Columns, "and scope = 'referrer'"),
        Move("folded_outcomes", "scope_id", "scope, dimension, day, value, unit", Outcomes.Split(", "), "and scope = 'referrer'"),
        Move("folded_outcome_months", "scope_id", "scope, dimension, month, value, unit", Outcomes.Split(", "), "and scope = 'referrer'"),
    ];

    public static async Task MoveAsync(NpgsqlConnection connection, long programId, CancellationToken ct)
    {
        var merges = new List<(long Number, long Former, long Referrer)>();
        var take = new LoadBatch(connection);
        take.Query(TakeSql, row => merges.Add((row.GetInt64(0), row.GetInt64(1), row.GetInt64(2))), Param.Of(programId));
        await take.RunAsync(ct);
        if (merges.Count == 0)
            return;
        var move = new LoadBatch(connection);
        foreach (var (_, former, referrer) in merges.OrderBy(merge => merge.Number))
            foreach (var sql in MoveSql)
                move.Command(sql, Param.Of(programId), Param.Of(referrer), Param.Of(former));
        await move.RunAsync(ct);
    }

    private static string Move(string table, string id, string keys, IReadOnlyList<string> sums, string which = "") => $"""
        with gone as (
          delete from {table} where program_id = $1 and {id} = $3 {which} returning {keys}, {string.Join(", ", sums)})
        insert into {table} as t (program_id, {id}, {keys}, {string.Join(", ", sums)})
        select $1, $2, {keys}, {string.Join(", ", sums)} from gone
        on conflict (program_id, {(id == "scope_id" ? keys.Replace("scope,", "scope, scope_id,", StringComparison.Ordinal) : $"{id}, {keys}")}) do update
        set {string.Join(", ", sums.Select(sum => $"{sum} = t.{sum} + excluded.{sum}"))}
        """;
}

using System.Globalization;
using Dapper;
using Npgsql;

namespace Tributary.Bench.Rows;

/// <summary>How many rows each table of a programme has, and what its counters and balances come to.</summary>
internal sealed class RowCounts
{
    /// <summary>What folding takes away again within a second; the numbers it drew tell how many rows were added.</summary>
    private const string Queue = "outcome_changes";
    private const string AddedToQueueSql =
        "select coalesce(pg_sequence_last_value(pg_get_serial_sequence('outcome_changes', 'change_id')::regclass), 0)";

    private readonly SortedDictionary<string, decimal> counts = new(StringComparer.Ordinal);

    public static async Task<RowCounts> TakeAsync(NpgsqlConnection connection, IReadOnlyList<Table> tables, long programId)
    {
        var taken = new RowCounts();
        foreach (var table in tables)
        {
            taken.counts[table.Name] = await connection.ExecuteScalarAsync<long>(
                table.Name == Queue ? AddedToQueueSql : $"select count(*) from {table.Name} where program_id = @programId", new { programId });
        }
        taken.counts["Σ balances.earned"] = await connection.ExecuteScalarAsync<decimal>(
            "select coalesce(sum(earned), 0) from balances where program_id = @programId", new { programId });
        taken.counts["Σ usage.count"] = await connection.ExecuteScalarAsync<decimal>(
            "select coalesce(sum(count), 0) from usage where program_id = @programId", new { programId });
        taken.counts["Σ outcome_days.conversions"] = await connection.ExecuteScalarAsync<decimal>(
            "select coalesce(sum(conversions), 0) from outcome_days where program_id = @programId", new { programId });
        return taken;
    }

    /// <summary>What one order added on average, as a line per table; fails where it is no whole number.</summary>
    public string PerOrder(RowCounts before, long orders) => string.Join(
        "\n",
        counts
            .Select(count => (count.Key, Added: count.Value - before.counts[count.Key]))
            .Where(count => count.Added != 0)
            .Select(count => count.Added % orders == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{count.Key} {count.Added / orders}")
                : throw new InvalidOperationException($"{count.Key}: {count.Added} rows for {orders} orders.")));
}

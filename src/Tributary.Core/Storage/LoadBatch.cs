using Npgsql;

namespace Tributary.Storage;

/// <summary>
/// Several reads in one round trip. Statements run in order, each with a snapshot of its own (READ COMMITTED), so what
/// follows a lock sees what the former holder of the lock committed.
/// </summary>
internal sealed class LoadBatch(NpgsqlConnection connection)
{
    private const string KeepPlansSql = "set local plan_cache_mode = force_generic_plan";

    private readonly List<NpgsqlBatchCommand> commands = [];
    private readonly List<Action<NpgsqlDataReader>> readers = [];

    public bool IsEmpty => commands.Count == 0;

    /// <summary>
    /// For the rest of the transaction, prepared statements are not planned again for each execution. Worth a quarter of an
    /// order's time in PostgreSQL; right where every statement finds its rows by whole keys, whatever the values.
    /// </summary>
    public void KeepPlans() => Command(KeepPlansSql);

    /// <summary>A statement that returns rows, even if none; <paramref name="row"/> sees each of them.</summary>
    public void Query(string sql, Action<NpgsqlDataReader> row, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        readers.Add(row);
        Command(sql, parameters);
    }

    /// <summary>A statement that returns no rows.</summary>
    public void Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        commands.Add(command);
    }

    public async Task RunAsync(CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        foreach (var row in readers)
        {
            while (await reader.ReadAsync(ct))
                row(reader);
            await reader.NextResultAsync(ct);
        }
    }
}

internal static class ReaderColumns
{
    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static long? LongOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public static byte[]? BytesOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    public static DateTimeOffset Time(this NpgsqlDataReader reader, int column) => new(reader.GetDateTime(column), TimeSpan.Zero);

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.Time(column);
}

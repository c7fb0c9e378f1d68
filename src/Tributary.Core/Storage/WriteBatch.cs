using Npgsql;

namespace Tributary.Storage;

/// <summary>
/// The statements of one operation that change something. They wait until the operation is decided and are then sent
/// in one round trip together with the commit. A statement that must change a certain number of rows says so in its
/// own SQL or by a constraint: a violated constraint undoes the whole transaction.
/// </summary>
public sealed class WriteBatch
{
    private readonly List<NpgsqlBatchCommand> commands = [];

    public int Count => commands.Count;

    /// <param name="sql">One statement with positional parameters <c>$1</c>, <c>$2</c> ….</param>
    public void Add(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        commands.Add(command);
    }

    /// <summary>Sends what waits, in order, without ending the transaction.</summary>
    public Task FlushAsync(NpgsqlConnection connection, CancellationToken ct) => SendAsync(connection, ct);

    /// <summary>Sends what waits and the commit. After it returned, everything is durable.</summary>
    internal Task CommitAsync(NpgsqlConnection connection)
    {
        Add("commit");
        return SendAsync(connection, CancellationToken.None);
    }

    private async Task SendAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (commands.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection);
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        commands.Clear();
        await batch.ExecuteNonQueryAsync(ct);
    }
}

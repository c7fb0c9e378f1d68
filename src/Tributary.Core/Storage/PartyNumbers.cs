using System.Collections.Concurrent;
using Npgsql;

namespace Tributary.Storage;

/// <summary>
/// Numbers for new customers, drawn ahead for the whole node: an operation knows its customer's number before its first round
/// trip. Their order says nothing, and those that are never used are left out.
/// </summary>
internal sealed class PartyNumbers
{
    private const string DrawSql = "select nextval('party_numbers') from generate_series(1, 64)";

    private readonly ConcurrentQueue<long> drawn = new();

    public async ValueTask<long> TakeAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        long number;
        while (!drawn.TryDequeue(out number))
            await DrawAsync(connection, ct);
        return number;
    }

    /// <summary>Takes back a number that turned out not to be needed.</summary>
    public void Return(long number) => drawn.Enqueue(number);

    private async Task DrawAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(DrawSql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            drawn.Enqueue(reader.GetInt64(0));
    }
}

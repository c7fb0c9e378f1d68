using System.Collections.Concurrent;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Keys;

/// <summary>
/// When each key was last used, to the minute. Requests only note it; what was noted is written once in a while for all
/// keys together, so that no request pays for it. A crash loses the last minute of it, which decides nothing.
/// </summary>
public sealed class KeyUsage(Database database)
{
    /// <summary>Bounds the memory between two writes; uses beyond it are not noted.</summary>
    private const int MostNoted = 100_000;

    private const string WriteSql = """
        update api_keys k set last_used_at = u.used_at
        from unnest($1, $2) as u (key_id, used_at)
        where k.key_id = u.key_id and (k.last_used_at is null or k.last_used_at < u.used_at)
        """;

    private ConcurrentDictionary<long, DateTimeOffset> noted = new();

    public void Note(long keyNumber, DateTimeOffset now)
    {
        var minute = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
        if (noted.TryGetValue(keyNumber, out var known) && known == minute)
            return;
        if (noted.Count < MostNoted)
            noted[keyNumber] = minute;
    }

    /// <summary>Writes what was noted since the last call. A failed write is noted again by the next use.</summary>
    public async Task WriteAsync(CancellationToken ct)
    {
        var written = Interlocked.Exchange(ref noted, new ConcurrentDictionary<long, DateTimeOffset>()).ToArray();
        if (written.Length == 0)
            return;
        await using var connection = await database.OpenAsync(ct);
        await using var command = new NpgsqlCommand(WriteSql, connection)
        {
            Parameters = { Param.Of([.. written.Select(use => use.Key)]), Param.Of([.. written.Select(use => use.Value)]) },
        };
        await command.ExecuteNonQueryAsync(ct);
    }
}

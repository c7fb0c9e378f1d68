using Npgsql;
using Tributary.Storage;

namespace Tributary.Keys;

/// <summary>
/// Unknown codes that a key has asked for today (fraud.md F24), exact and shared by all nodes: what guards secrets is not left to
/// each node. Written only when a code was unknown.
/// </summary>
public sealed class GuessedCodes(Database database, TimeProvider clock)
{
    public const int MostADay = 1_000;

    private const string ReadSql = "select count from code_guesses where program_id = $1 and key_id = $2 and day = $3";

    private const string CountSql = """
        insert into code_guesses as g (program_id, key_id, day, count) values ($1, $2, $3, 1)
        on conflict (program_id, key_id, day) do update set count = g.count + 1
        returning count
        """;

    private const string ForgetSql = "delete from code_guesses where program_id = $1 and key_id = $2 and day < $3";

    /// <summary>How many seconds no code of this key is looked up; null: it may go on.</summary>
    public async ValueTask<int?> WaitAsync(long programId, long keyNumber, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = Command(connection, ReadSql, programId, keyNumber);
        return await command.ExecuteScalarAsync(ct) is int and >= MostADay ? SecondsLeft() : null;
    }

    public async Task CountAsync(long programId, long keyNumber, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var count = Command(connection, CountSql, programId, keyNumber);
        if (await count.ExecuteScalarAsync(ct) is not 1)
            return;
        await using var forget = Command(connection, ForgetSql, programId, keyNumber);
        await forget.ExecuteNonQueryAsync(ct);
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string sql, long programId, long keyNumber) => new(sql, connection)
    {
        Parameters = { Param.Of(programId), Param.Of(keyNumber), Param.Of((DateOnly?)DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)) },
    };

    private int SecondsLeft()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return (int)Math.Ceiling((now.Date.AddDays(1) - now).TotalSeconds);
    }
}

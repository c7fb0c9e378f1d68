using System.Security.Cryptography;
using Dapper;
using Npgsql;
using Tributary.Primitives;

namespace Tributary.Storage;

/// <summary>
/// Idempotency keys: the row is inserted in the transaction of its effect, so a failed call leaves no key. A second call
/// while the first is running does not wait, it is refused. Of the key only its hash is kept.
/// </summary>
internal static class Idempotency
{
    private const string LockSql = "select pg_try_advisory_xact_lock(hashtextextended($1, 0))";

    private const string FindSql = """
        select body_hash, status, answer
        from idempotency_keys
        where program_id = $1 and key_id = $2 and route = $3 and key_hash = $4
        """;

    private const string KeepSql = """
        insert into idempotency_keys (program_id, key_id, route, key_hash, body_hash, status, answer, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    /// <summary>Null: go on, or <see cref="IdempotencyRequest.Replayed"/> has been set. Otherwise the refusal.</summary>
    public static async Task<Problem?> ClaimAsync(Transaction tx, IdempotencyRequest request, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(tx.Connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql) { Parameters = { Param.Of(LockName(request)) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(FindSql)
        {
            Parameters = { Param.Of(request.ProgramId), Param.Of(request.KeyId), Param.Of(request.Route), Param.Of(request.KeyHash) },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        if (!reader.GetBoolean(0))
            return new Problem(ProblemCode.IdempotencyInFlight, "A request with this idempotency key is still running; ask again in a second.");
        await reader.NextResultAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        if (!CryptographicOperations.FixedTimeEquals(reader.GetFieldValue<byte[]>(0), request.BodyHash))
            return new Problem(ProblemCode.IdempotencyMismatch, "This idempotency key was used before with another body.");
        request.Replayed = new KeptAnswer(reader.GetInt32(1), reader.GetFieldValue<byte[]>(2));
        return null;
    }

    public static void Keep(Transaction tx, IdempotencyRequest request, object value)
    {
        var answer = request.Render(value);
        tx.Writes.Add(
            KeepSql,
            Param.Of(request.ProgramId),
            Param.Of(request.KeyId),
            Param.Of(request.Route),
            Param.Of(request.KeyHash),
            Param.Of(request.BodyHash),
            Param.Of(answer.Status),
            Param.Of(answer.Body),
            Param.Of(tx.Now));
    }

    /// <summary>What an operation answers that was replayed instead of run; the face sends the kept answer and never reads this.</summary>
    public static Outcome<T> Replay<T>()
        where T : class => new Problem(ProblemCode.AlreadyExists, "Replayed: the kept answer of the first call is sent.");

    private static string LockName(IdempotencyRequest request) =>
        string.Join('\n', request.ProgramId, request.KeyId, request.Route, Convert.ToHexString(request.KeyHash));
}

/// <summary>Answers that are kept under idempotency keys, for faces that show a thing only after its operation is committed.</summary>
public sealed class IdempotencyAnswers(Database database)
{
    private const string ReplaceSql = """
        update idempotency_keys set status = @status, answer = @answer
        where program_id = @programId and key_id = @keyId and route = @route and key_hash = @keyHash
        """;

    /// <summary>Keeps what the first call has shown in place of what its transaction left.</summary>
    public async Task ReplaceAsync(IdempotencyRequest request, KeptAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(answer);
        await using var connection = await database.OpenAsync(CancellationToken.None);
        var arguments = new
        {
            programId = request.ProgramId,
            keyId = request.KeyId,
            route = request.Route,
            keyHash = request.KeyHash,
            status = answer.Status,
            answer = answer.Body,
        };
        await connection.ExecuteAsync(new CommandDefinition(ReplaceSql, arguments));
    }
}

using Dapper;

namespace Tributary.Storage;

/// <summary>Forgets idempotency keys with their answers after seven days; the merchant's own ids hold for ever without them.</summary>
public sealed class IdempotencyRetention(Database database, TimeProvider clock)
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Rows of one statement, so that none holds locks for long.</summary>
    private const int BatchSize = 1_000;

    private const string ProgramsSql = """
        select distinct program_id from (
          select program_id from idempotency_keys where created_at < @before order by created_at limit @most) old
        """;

    private const string ForgetSql = """
        delete from idempotency_keys
        where program_id = @programId and ctid = any (array(
          select ctid from idempotency_keys where program_id = @programId and created_at < @before limit @most))
        """;

    /// <returns>How many were forgotten.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - Kept;
        await using var connection = await database.OpenAsync(ct);
        var forgotten = 0;
        var programs = await connection.QueryAsync<long>(
            new CommandDefinition(ProgramsSql, new { before, most = BatchSize }, cancellationToken: ct));
        foreach (var programId in programs)
        {
            int batch;
            do
            {
                batch = await connection.ExecuteAsync(
                    new CommandDefinition(ForgetSql, new { programId, before, most = BatchSize }, cancellationToken: ct));
                forgotten += batch;
            }
            while (batch == BatchSize);
        }
        return forgotten;
    }
}

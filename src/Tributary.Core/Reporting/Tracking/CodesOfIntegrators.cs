using Dapper;
using Tributary.Storage;

namespace Tributary.Reporting.Tracking;

/// <summary>Finds the code that an integrator's orders carry.</summary>
public sealed class CodesOfIntegrators(Database database)
{
    private const string FindSql = "select code from integrator_codes where program_id = @programId and referrer_id = @referrerId";

    /// <summary>Null: the referrer has none.</summary>
    public async Task<long?> FindAsync(long programId, long referrerId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(FindSql, new { programId, referrerId }, cancellationToken: ct));
    }
}

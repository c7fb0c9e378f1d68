using Dapper;
using Tributary.Storage;

namespace Tributary.Referrers;

/// <summary>Who can own a balance: every customer and every referrer, by its number.</summary>
public sealed class Recipients(Database database)
{
    private const string ExistsSql = """
        select exists (select from referrers where program_id = @programId and referrer_id = @recipientId)
            or exists (select from customers where program_id = @programId and customer_id = @recipientId)
        """;

    public async Task<bool> ExistsAsync(long programId, long recipientId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(ExistsSql, new { programId, recipientId }, cancellationToken: ct));
    }
}

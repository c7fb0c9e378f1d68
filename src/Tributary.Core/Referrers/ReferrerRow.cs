using System.Text.Json.Nodes;
using Dapper;
using Npgsql;

namespace Tributary.Referrers;

/// <summary>A row of <c>referrers</c> with its customer's id, as Dapper reads it.</summary>
internal record ReferrerRow
{
    public const string Columns = """
        r.referrer_id, r.kind, r.key, c.merchant_id as customer_merchant_id, r.name, r.email, r.state,
        r.attributes::text as attributes, r.created_at, r.updated_at
        """;

    public const string SelectSql = $"""
        select {Columns}
        from referrers r
        left join customers c on c.program_id = r.program_id and c.customer_id = r.customer_id
        """;

    private const string FindSql = $"{SelectSql} where r.program_id = @programId and r.referrer_id = @referrerId";

    public long ReferrerId { get; init; }
    public required string Kind { get; init; }
    public string? Key { get; init; }
    public string? CustomerMerchantId { get; init; }
    public string? Name { get; init; }
    public string? Email { get; init; }
    public required string State { get; init; }
    public required string Attributes { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    public Referrer ToReferrer() => new(
        ReferrerId,
        ReferrerKinds.Parse(Kind),
        Key,
        CustomerMerchantId,
        Name,
        Email,
        ReferrerStates.Parse(State),
        JsonNode.Parse(Attributes)!.AsObject(),
        CreatedAt,
        UpdatedAt);

    public static async Task<Referrer?> FindAsync(
        NpgsqlConnection connection, long programId, long referrerId, CancellationToken ct, bool locked = false)
    {
        var sql = locked ? FindSql + " for update of r" : FindSql;
        var row = await connection.QuerySingleOrDefaultAsync<ReferrerRow>(
            new CommandDefinition(sql, new { programId, referrerId }, cancellationToken: ct));
        return row?.ToReferrer();
    }
}

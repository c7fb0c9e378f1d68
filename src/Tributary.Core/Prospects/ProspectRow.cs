using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Npgsql;

namespace Tributary.Prospects;

/// <summary>A row of <c>prospects</c> as Dapper reads it.</summary>
internal sealed record ProspectRow
{
    public const string SelectSql = """
        select prospect_id, referrer_id, name, email, answers::text as answers, state, customer_id, submitted_at, decided_at from prospects
        """;

    private const string FindSql = $"{SelectSql} where program_id = @programId and prospect_id = @id";

    public long ProspectId { get; init; }
    public long ReferrerId { get; init; }
    public required string Name { get; init; }
    public required string Email { get; init; }
    public required string Answers { get; init; }
    public required string State { get; init; }
    public long? CustomerId { get; init; }
    public DateTimeOffset SubmittedAt { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }

    public Prospect ToProspect() => new(
        ProspectId, ReferrerId, Name, Email, JsonSerializer.Deserialize(Answers, ProspectJson.Default.IReadOnlyListProspectAnswer)!,
        ProspectStates.Parse(State), CustomerId, SubmittedAt, DecidedAt);

    public static async Task<Prospect?> FindAsync(NpgsqlConnection connection, long programId, long id, bool locked, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<ProspectRow>(new CommandDefinition(
            locked ? FindSql + " for update" : FindSql, new { programId, id }, cancellationToken: ct));
        return row?.ToProspect();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<ProspectAnswer>))]
internal sealed partial class ProspectJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;

namespace Tributary.Links;

/// <summary>A row of <c>links</c> as Dapper reads it.</summary>
internal sealed record LinkRow
{
    public const string Columns = """
        l.link_id, l.public_id, l.referrer_id, l.domain_id, l.is_default, l.key, l.short_code, l.destination, l.label,
        l.parameters::text as parameters, l.form, l.state, l.expires_at, l.click_limit, l.limit_reached_at, l.direct_page,
        l.direct_redirect_url, l.version, l.created_at, l.updated_at, l.deleted_at
        """;

    private const string FindSql = $"select {Columns} from links l where l.program_id = @programId and l.link_id = @linkId";

    private const string DefaultSql = $"""
        select {Columns} from links l where l.program_id = @programId and l.referrer_id = @referrerId and l.is_default
        """;

    public long LinkId { get; init; }
    public required string PublicId { get; init; }
    public long ReferrerId { get; init; }
    public long? DomainId { get; init; }
    public bool IsDefault { get; init; }
    public required string Key { get; init; }
    public required string ShortCode { get; init; }
    public string? Destination { get; init; }
    public string? Label { get; init; }
    public required string Parameters { get; init; }
    public required string Form { get; init; }
    public required string State { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public long? ClickLimit { get; init; }
    public DateTimeOffset? LimitReachedAt { get; init; }
    public string? DirectPage { get; init; }
    public string? DirectRedirectUrl { get; init; }
    public long Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }

    public Link ToLink() => new(
        LinkId,
        PublicId,
        ReferrerId,
        DomainId,
        IsDefault,
        Key,
        ShortCode,
        Destination,
        Label,
        ReadParameters(Parameters),
        LinkWords.FormOf(Form),
        LinkWords.StateOf(State),
        ExpiresAt,
        ClickLimit,
        LimitReachedAt,
        DirectPage,
        DirectRedirectUrl,
        Version,
        CreatedAt,
        UpdatedAt,
        DeletedAt);

    public static IReadOnlyList<LinkParameter> ReadParameters(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(pair => new LinkParameter(pair[0].GetString()!, pair[1].GetString()!))];
    }

    public static string WriteParameters(IEnumerable<LinkParameter> parameters) =>
        new JsonArray([.. parameters.Select(parameter => new JsonArray(parameter.Name, parameter.Value))]).ToJsonString();

    public static Task<Link?> FindAsync(NpgsqlConnection connection, long programId, long linkId, CancellationToken ct, bool locked = false) =>
        ReadAsync(connection, locked ? FindSql + " for no key update" : FindSql, new { programId, linkId }, ct);

    public static Task<Link?> FindDefaultAsync(NpgsqlConnection connection, long programId, long referrerId, CancellationToken ct) =>
        ReadAsync(connection, DefaultSql, new { programId, referrerId }, ct);

    private static async Task<Link?> ReadAsync(NpgsqlConnection connection, string sql, object arguments, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<LinkRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return row?.ToLink();
    }
}

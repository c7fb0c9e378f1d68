using Dapper;
using Npgsql;
using Tributary.Programs;

namespace Tributary.Links;

/// <summary>A row of <c>domains</c> as Dapper reads it.</summary>
internal sealed record DomainRow
{
    public const string SelectSql = """
        select domain_id, number, kind, is_primary, scheme, host, port, base_path, sub_domains, path_links, keep_path, token, state,
               verified_by, verified_at, checked_at, failing_since, created_at, updated_at
        from domains
        """;

    private const string LivingSql = $"""
        {SelectSql}
        where program_id = @programId and state <> 'removed'
        order by is_primary desc, number
        """;

    private const string FindByIdSql = $"{SelectSql} where program_id = @programId and domain_id = @domainId and state <> 'removed'";

    private const string FindSql = $"{SelectSql} where program_id = @programId and number = @number and state <> 'removed'";

    public long DomainId { get; init; }
    public int Number { get; init; }
    public required string Kind { get; init; }
    public bool IsPrimary { get; init; }
    public required string Scheme { get; init; }
    public required string Host { get; init; }
    public int? Port { get; init; }
    public required string BasePath { get; init; }
    public bool SubDomains { get; init; }
    public bool PathLinks { get; init; }
    public bool KeepPath { get; init; }
    public required string Token { get; init; }
    public required string State { get; init; }
    public string? VerifiedBy { get; init; }
    public DateTimeOffset? VerifiedAt { get; init; }
    public DateTimeOffset? CheckedAt { get; init; }
    public DateTimeOffset? FailingSince { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    public Domain ToDomain() => new(
        DomainId,
        Number,
        DomainWords.KindOf(Kind),
        IsPrimary,
        new SiteAddress(Scheme, Host, Port, BasePath),
        new DomainOptions(SubDomains, PathLinks, KeepPath),
        Token,
        DomainWords.StateOf(State),
        VerifiedBy is null ? null : DomainWords.ProofOf(VerifiedBy),
        VerifiedAt,
        CheckedAt,
        FailingSince,
        CreatedAt,
        UpdatedAt);

    /// <summary>The primary one first, then oldest first.</summary>
    public static async Task<IReadOnlyList<Domain>> ListAsync(NpgsqlConnection connection, long programId, CancellationToken ct)
    {
        var rows = await connection.QueryAsync<DomainRow>(new CommandDefinition(LivingSql, new { programId }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToDomain())];
    }

    public static async Task<Domain?> FindByIdAsync(NpgsqlConnection connection, long programId, long domainId, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<DomainRow>(
            new CommandDefinition(FindByIdSql, new { programId, domainId }, cancellationToken: ct));
        return row?.ToDomain();
    }

    public static async Task<Domain?> FindAsync(
        NpgsqlConnection connection, long programId, int number, CancellationToken ct, bool locked = false)
    {
        var sql = locked ? FindSql + " for no key update" : FindSql;
        var row = await connection.QuerySingleOrDefaultAsync<DomainRow>(
            new CommandDefinition(sql, new { programId, number }, cancellationToken: ct));
        return row?.ToDomain();
    }
}

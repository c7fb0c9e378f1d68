using Dapper;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Reads the links of many referrers at once, as lists of referrers show them.</summary>
public sealed class LinksOfReferrers(Database database)
{
    private const string SelectSql = $"""
        select {LinkRow.Columns}
        from (
          select o.*, row_number() over (partition by o.referrer_id order by o.is_default desc, o.link_id desc) as place
          from links o
          where o.program_id = @programId and o.referrer_id = any(@referrerIds) and o.state <> 'deleted') l
        where l.place <= @most
        order by l.place
        """;

    /// <summary>By referrer: the default link first, then the newest; deleted ones left out.</summary>
    /// <param name="most">Of each referrer.</param>
    public async Task<ILookup<long, Link>> ReadAsync(long programId, IReadOnlyCollection<long> referrerIds, int most, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(referrerIds);
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, referrerIds = referrerIds.ToArray(), most };
        var rows = await connection.QueryAsync<LinkRow>(new CommandDefinition(SelectSql, arguments, cancellationToken: ct));
        return rows.Select(row => row.ToLink()).ToLookup(link => link.ReferrerId);
    }
}

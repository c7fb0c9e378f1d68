using Dapper;
using Npgsql;

namespace Tributary.Links;

/// <summary>
/// The link that every referrer has. A partner's is made with the partner; those of customers and integrators are made when
/// they are first needed, so that sign-ups and orders write none.
/// </summary>
public static class DefaultLinks
{
    private const string FindSql = """
        select link_id from links where program_id = @programId and referrer_id = @referrerId and is_default
        """;

    // The key is the referrer's own code; the code goes on naming whatever is the default link.
    private const string MakeSql = """
        with own as (
          select c.code, c.created_at
          from codes c
          where c.program_id = @programId and c.referrer_id = @referrerId and c.kind = 'code' and not c.of_link
          order by c.state = 'active' desc, c.code_id desc
          limit 1),
        made as (
          insert into links (program_id, link_id, public_id, referrer_id, is_default, key, short_code, created_at, updated_at)
          overriding system value
          select @programId, @linkId, own.code, @referrerId, true, own.code, @shortCode, own.created_at, own.created_at
          from own
          on conflict do nothing
          returning link_id)
        insert into codes (program_id, referrer_id, kind, link_id, of_link, code, canonical, folded, created_at)
        select @programId, @referrerId, 'short', made.link_id, true, @shortCode, upper(@shortCode), upper(@shortCode), now()
        from made
        returning link_id
        """;

    /// <summary>The referrer's default link, made if it is missing; null for a referrer without any code.</summary>
    /// <param name="connection">In a transaction or not.</param>
    public static async Task<long?> EnsureAsync(NpgsqlConnection connection, long programId, long referrerId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (await FindAsync(connection, programId, referrerId, ct) is { } found)
            return found;
        var (linkId, shortCode) = await ShortCodes.TakeAsync(connection, programId, ct);
        var made = await connection.ExecuteScalarAsync<long?>(
            new CommandDefinition(MakeSql, new { programId, referrerId, linkId, shortCode }, cancellationToken: ct));
        // Another request may have been first.
        return made ?? await FindAsync(connection, programId, referrerId, ct);
    }

    private static Task<long?> FindAsync(NpgsqlConnection connection, long programId, long referrerId, CancellationToken ct) =>
        connection.ExecuteScalarAsync<long?>(new CommandDefinition(FindSql, new { programId, referrerId }, cancellationToken: ct));
}

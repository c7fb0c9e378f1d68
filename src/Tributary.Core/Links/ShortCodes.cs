using Dapper;
using Npgsql;

namespace Tributary.Links;

/// <summary>
/// Short codes are unique over all programmes, so that the server's own short host can tell them apart. One is taken before its
/// link is made: if the link is not, nobody misses it.
/// </summary>
internal static class ShortCodes
{
    private const string DrawSql = """
        select nextval(pg_get_serial_sequence('links', 'link_id')), greatest(reltuples, 0)::bigint
        from pg_class where oid = 'server_short_codes'::regclass
        """;

    private const string UsedSql = "select exists (select from codes where program_id = @programId and canonical = upper(@shortCode))";

    private const string TakeSql = """
        insert into server_short_codes (short_code, program_id, link_id) values (@shortCode, @programId, @linkId)
        on conflict do nothing
        """;

    /// <summary>The number of a link to be made, and its short code.</summary>
    public static async Task<(long LinkId, string ShortCode)> TakeAsync(NpgsqlConnection connection, long programId, CancellationToken ct)
    {
        var (linkId, held) = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(DrawSql, cancellationToken: ct));
        for (var attempt = 0; attempt < LinkKeys.MostAttempts; attempt++)
        {
            var arguments = new { programId, linkId, shortCode = LinkKeys.DrawShortCode(held) };
            if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(UsedSql, arguments, cancellationToken: ct))
                && await connection.ExecuteAsync(new CommandDefinition(TakeSql, arguments, cancellationToken: ct)) == 1)
                return (linkId, arguments.shortCode);
        }
        throw new InvalidOperationException("No free short code was found.");
    }
}

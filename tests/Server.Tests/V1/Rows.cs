using Dapper;
using Tributary.Server.Tests.Support;
using Tributary.Storage;

namespace Tributary.Server.Tests.V1;

/// <summary>All rows of one programme as one text per table, to see that nothing was changed.</summary>
internal static class Rows
{
    private const string TablesSql = """
        select table_name from information_schema.columns
        where table_schema = 'public' and column_name = 'program_id'
        order by table_name
        """;

    /// <summary>What a node notes of the use of keys is no effect of a request.</summary>
    private static readonly string[] Ignored = ["api_keys", .. JobTables.All];

    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(Database database, long programId)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        var rows = new Dictionary<string, string>();
        foreach (var table in (await connection.QueryAsync<string>(TablesSql)).Except(Ignored))
            rows[table] = await connection.ExecuteScalarAsync<string>($"""
                select coalesce(string_agg(r.line, E'\n' order by r.line), '')
                from (select (to_jsonb(t) - @columns)::text as line from {table} t where t.program_id = @programId) r
                """, new { programId, columns = JobTables.Columns.ToArray() }) ?? "";
        rows["keys"] = await connection.ExecuteScalarAsync<string>("""
            select string_agg(concat_ws('|', key_id, kind, scopes, referrer_id, expires_at, revoked_at), E'\n' order by key_id)
            from api_keys where program_id = @programId
            """, new { programId }) ?? "";
        return rows;
    }

    public static void ShouldBeUnchanged(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, string what)
    {
        foreach (var (table, text) in before)
            after[table].ShouldBe(text, $"{what} changed {table}");
    }
}

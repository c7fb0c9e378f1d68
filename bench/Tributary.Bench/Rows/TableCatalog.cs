using Dapper;
using Npgsql;

namespace Tributary.Bench.Rows;

/// <summary>
/// Every table of a programme, in an order in which rows can be inserted; without what jobs write now and then: seals and roll-ups.
/// </summary>
internal static class TableCatalog
{
    private const string ColumnsSql = """
        select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
               a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid) like 'pg_current_xact_id%', false) as generated
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'seals'
          and c.relname not in ('folds', 'folded_outcomes', 'folded_outcome_months', 'credited_clicks', 'event_feeds', 'published_events')
          and exists (select from pg_attribute p where p.attrelid = c.oid and p.attname = 'program_id')
        order by c.relname, a.attnum
        """;

    private const string KeysSql = """
        select i.indrelid::regclass::text as table, a.attname as name
        from pg_index i
        cross join lateral unnest(i.indkey) with ordinality as k (attnum, n)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where i.indisprimary and i.indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
        order by 1, k.n
        """;

    private const string ReferencesSql = """
        select conrelid::regclass::text as table, confrelid::regclass::text as name
        from pg_constraint where contype = 'f' and conrelid <> confrelid
        """;

    public static async Task<IReadOnlyList<Table>> ReadAsync(NpgsqlConnection connection)
    {
        var columns = (await connection.QueryAsync<(string Table, string Name, string Type, bool Generated)>(ColumnsSql)).ToList();
        var keys = (await connection.QueryAsync<(string Table, string Name)>(KeysSql)).ToLookup(row => row.Table, row => row.Name);
        var references = (await connection.QueryAsync<(string Table, string Name)>(ReferencesSql)).ToLookup(row => row.Table, row => row.Name);
        var tables = columns
            .GroupBy(column => column.Table)
            .Select(group => new Table(
                group.Key,
                [.. group.Select(column => new Column(column.Name, column.Type, column.Generated))],
                [.. keys[group.Key]],
                [.. references[group.Key].Distinct()]));
        return Sorted([.. tables]);
    }

    private static List<Table> Sorted(List<Table> tables)
    {
        var sorted = new List<Table>();
        var names = tables.Select(table => table.Name).ToHashSet();
        while (tables.Count > 0)
        {
            var next = tables.First(table => table.References.All(name => !names.Contains(name) || sorted.Any(done => done.Name == name)));
            tables.Remove(next);
            sorted.Add(next);
        }
        return sorted;
    }
}

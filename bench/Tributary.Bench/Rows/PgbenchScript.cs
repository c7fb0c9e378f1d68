using System.Text;

namespace Tributary.Bench.Rows;

/// <summary>
/// Turns the rows that one order really wrote into a pgbench transaction that writes the same rows: one statement per
/// table, counters and balances raised by what the order raised them.
/// </summary>
internal static class PgbenchScript
{
    /// <param name="firstReferrer">Number of the first referrer; the others follow without a gap.</param>
    public static string Of(SampleOrder sample, IReadOnlyList<Table> tables, long firstReferrer, long lastReferrer)
    {
        var script = new StringBuilder();
        script.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\set r random({firstReferrer}, {lastReferrer})\n");
        script.Append("begin;\n");
        script.Append("select nextval('party_numbers') as c, nextval('record_numbers') as n \\gset\n");
        foreach (var table in tables)
            AppendInsert(script, sample, table);
        // Rows that several orders change are locked as late as possible.
        foreach (var table in tables)
            AppendUpdates(script, sample, table);
        return script.Append("commit;\n").ToString();
    }

    private static void AppendInsert(StringBuilder script, SampleOrder sample, Table table)
    {
        var rows = sample.Changes.Added.Where(row => row.Table.Name == table.Name).ToList();
        if (rows.Count == 0)
            return;
        var columns = table.Columns.Where(column => !column.IsGenerated).ToList();
        script.Append("insert into ").Append(table.Name).Append(" (").AppendJoin(", ", columns.Select(column => column.Name)).Append(") values\n");
        script.AppendJoin(",\n", rows.Select(row => $"  ({string.Join(", ", columns.Select(column => sample.Sql(column, row[column.Name])))})"));
        script.Append(";\n");
    }

    private static void AppendUpdates(StringBuilder script, SampleOrder sample, Table table)
    {
        foreach (var (before, after) in sample.Changes.Changed.Where(change => change.After.Table.Name == table.Name))
        {
            var changed = table.Columns.Where(column => before[column.Name] != after[column.Name]);
            script.Append("update ").Append(table.Name).Append(" set ")
                .AppendJoin(", ", changed.Select(column => $"{column.Name} = {NewValue(sample, column, before, after)}"))
                .Append(" where ")
                .AppendJoin(" and ", table.Key.Select(name => $"{name} = {sample.Sql(table.Columns[table.IndexOf(name)], after[name])}"))
                .Append(";\n");
        }
    }

    private static string NewValue(SampleOrder sample, Column column, Row before, Row after) =>
        column.IsNumber ? $"{column.Name} + {after.Number(column.Name) - before.Number(column.Name)}" : sample.Sql(column, after[column.Name]);
}

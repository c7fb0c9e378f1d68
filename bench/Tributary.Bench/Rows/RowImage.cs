using Npgsql;

namespace Tributary.Bench.Rows;

/// <summary>One row, every column as PostgreSQL writes it as text.</summary>
internal sealed record Row(Table Table, IReadOnlyList<string?> Values)
{
    public string? this[string column] => Values[Table.IndexOf(column)];

    public long Number(string column) => long.Parse(this[column]!, System.Globalization.CultureInfo.InvariantCulture);

    public string Key => string.Join('\u001f', Table.Key.Select(name => this[name]));
}

/// <summary>A row that an operation changed.</summary>
internal sealed record ChangedRow(Row Before, Row After);

/// <summary>What an operation did to the tables of its programme.</summary>
internal sealed record RowChanges(IReadOnlyList<Row> Added, IReadOnlyList<ChangedRow> Changed)
{
    public Row Only(string table) => Added.Single(row => row.Table.Name == table);
}

/// <summary>All rows of a programme at one moment.</summary>
internal sealed class RowImage
{
    private readonly Dictionary<(string Table, string Key), Row> rows = [];

    public static async Task<RowImage> TakeAsync(NpgsqlConnection connection, IReadOnlyList<Table> tables, long programId)
    {
        var image = new RowImage();
        foreach (var table in tables)
            await image.AddAsync(connection, table, programId);
        return image;
    }

    public RowChanges Until(RowImage later)
    {
        var added = new List<Row>();
        var changed = new List<ChangedRow>();
        foreach (var (key, row) in later.rows)
        {
            if (!rows.TryGetValue(key, out var before))
                added.Add(row);
            else if (!before.Values.SequenceEqual(row.Values))
                changed.Add(new ChangedRow(before, row));
        }
        return new RowChanges(added, changed);
    }

    private async Task AddAsync(NpgsqlConnection connection, Table table, long programId)
    {
        string columns = string.Join(", ", table.Columns.Select(column => $"{column.Name}::text"));
        await using var command = new NpgsqlCommand($"select {columns} from {table.Name} where program_id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = programId });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var values = new string?[table.Columns.Count];
            for (int n = 0; n < values.Length; n++)
                values[n] = reader.IsDBNull(n) ? null : reader.GetString(n);
            var row = new Row(table, values);
            rows.Add((table.Name, row.Key), row);
        }
    }
}

namespace Tributary.Bench.Rows;

/// <summary>A column as PostgreSQL's catalogue describes it.</summary>
/// <param name="Type">Such as <c>bigint</c>, <c>timestamp with time zone</c>, <c>jsonb</c>.</param>
/// <param name="IsGenerated">Filled in by PostgreSQL in a plain insert: an identity, or the number of the transaction.</param>
internal sealed record Column(string Name, string Type, bool IsGenerated)
{
    public bool IsNumber => Type is "bigint" or "integer" || Type.StartsWith("numeric", StringComparison.Ordinal);

    public bool IsTime => Type == "timestamp with time zone";
}

/// <summary>A table of a programme.</summary>
/// <param name="Key">Names of the primary key's columns.</param>
/// <param name="References">Tables that its foreign keys point to.</param>
internal sealed record Table(string Name, IReadOnlyList<Column> Columns, IReadOnlyList<string> Key, IReadOnlyList<string> References)
{
    public int IndexOf(string column)
    {
        for (int n = 0; n < Columns.Count; n++)
        {
            if (Columns[n].Name == column)
                return n;
        }
        throw new ArgumentException($"{Name} has no column {column}.", nameof(column));
    }
}

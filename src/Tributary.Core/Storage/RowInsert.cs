using System.Globalization;
using System.Text;
using Npgsql;

namespace Tributary.Storage;

/// <summary>
/// One insert of several rows as <c>values</c>: PostgreSQL needs half the time of the same rows out of arrays, and plans it
/// once. The statement is written with one row, whose own parameters are <c>@1</c>, <c>@2</c> …, beside those that all rows
/// share, <c>$1</c>, <c>$2</c> ….
/// </summary>
internal sealed class RowInsert
{
    /// <summary>More rows are several statements: each number of rows is a statement that the connection keeps prepared.</summary>
    private const int MostRows = 32;

    private const string Values = "values ";

    private readonly string head;
    private readonly string row;
    private readonly string tail;
    private readonly int shared;
    private readonly int own;
    private readonly string?[] texts = new string?[MostRows + 1];

    /// <param name="sql">A statement with exactly one row after <c>values</c>; what follows the row stays.</param>
    public RowInsert(string sql)
    {
        var rowAt = sql.IndexOf(Values, StringComparison.Ordinal) + Values.Length;
        var rowEnd = EndOfRow(sql, rowAt);
        (head, row, tail) = (sql[..rowAt], sql[rowAt..rowEnd], sql[rowEnd..]);
        shared = Highest(sql, '$');
        own = Highest(row, '@');
    }

    /// <param name="common">The parameters that all rows share.</param>
    /// <param name="each">A row's own parameters.</param>
    public void Add<T>(WriteBatch writes, IReadOnlyList<T> rows, Func<NpgsqlParameter[]> common, Func<T, NpgsqlParameter[]> each)
    {
        foreach (var some in rows.Chunk(MostRows))
            writes.Add(texts[some.Length] ??= Text(some.Length), [.. common(), .. some.SelectMany(each)]);
    }

    private string Text(int rows)
    {
        var text = new StringBuilder(head);
        for (var n = 0; n < rows; n++)
        {
            if (n > 0)
                text.Append(", ");
            AppendRow(text, shared + (n * own));
        }
        return text.Append(tail).ToString();
    }

    private void AppendRow(StringBuilder text, int before)
    {
        for (var at = 0; at < row.Length;)
        {
            if (row[at] != '@')
            {
                text.Append(row[at++]);
                continue;
            }
            var (number, end) = Number(row, at + 1);
            text.Append('$').Append(before + number);
            at = end;
        }
    }

    private static int EndOfRow(string sql, int at)
    {
        for (var open = 0; ; at++)
        {
            open += sql[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (open == 0)
                return at + 1;
        }
    }

    private static int Highest(string text, char mark)
    {
        var highest = 0;
        for (var at = text.IndexOf(mark); at >= 0; at = text.IndexOf(mark, at + 1))
            highest = Math.Max(highest, Number(text, at + 1).Number);
        return highest;
    }

    private static (int Number, int End) Number(string text, int at)
    {
        var end = at;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return (int.Parse(text.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture), end);
    }
}

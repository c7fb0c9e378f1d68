using Npgsql;
using Tributary.Clicks;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>Requests with what became of them: the columns that all counters of clicks share (clicks.md CL-70).</summary>
public sealed class ClickCounts
{
    /// <summary>Column names in their order in every counter: requests, unique clicks, valid, then each reason.</summary>
    internal static readonly IReadOnlyList<string> Columns = ["requests", "unique_clicks", .. VerdictWords.All];

    private const int RequestsColumn = 0;
    private const int UniqueColumn = 1;
    private const int FirstVerdict = 2;

    private readonly long[] values;

    public ClickCounts() => values = new long[Columns.Count];

    private ClickCounts(long[] values) => this.values = values;

    public long Requests => values[RequestsColumn];

    /// <summary>Valid requests.</summary>
    public long Clicks => values[FirstVerdict];

    public long UniqueClicks => values[UniqueColumn];

    /// <summary>Requests that were not valid, by reason; reasons that never occurred are left out.</summary>
    public IReadOnlyDictionary<string, long> Invalid => Enumerable.Range(FirstVerdict + 1, values.Length - FirstVerdict - 1)
        .Where(column => values[column] != 0)
        .ToDictionary(column => Columns[column], column => values[column], StringComparer.Ordinal);

    internal IReadOnlyList<long> Values => values;

    internal bool IsZero => values.All(value => value == 0);

    /// <summary>The columns as SQL, each through <paramref name="write"/>.</summary>
    internal static string Sql(Func<string, string> write) => string.Join(", ", Columns.Select(write));

    /// <summary>Reads the columns, summed or not, from <paramref name="first"/> on.</summary>
    internal static ClickCounts Read(NpgsqlDataReader row, int first) =>
        new([.. Columns.Select((_, n) => row.IsDBNull(first + n) ? 0 : row.GetInt64(first + n))]);

    internal void Count(Verdict verdict, bool unique, long by = 1)
    {
        values[RequestsColumn] += by;
        values[FirstVerdict + (int)verdict] += by;
        if (unique)
            values[UniqueColumn] += by;
    }

    /// <summary>Valid clicks whose requests are not asked for.</summary>
    internal void AddClicks(long valid, long unique)
    {
        values[RequestsColumn] += valid;
        values[FirstVerdict] += valid;
        values[UniqueColumn] += unique;
    }

    internal void Add(ClickCounts other)
    {
        for (var n = 0; n < values.Length; n++)
            values[n] += other.values[n];
    }

    internal ClickCounts Less(ClickCounts other) => new([.. values.Zip(other.values, (mine, others) => mine - others)]);

    /// <summary>An array parameter for each column, over many rows.</summary>
    internal static IEnumerable<NpgsqlParameter> Parameters(IReadOnlyCollection<ClickCounts> rows) =>
        Columns.Select((_, n) => Param.Of([.. rows.Select(row => row.values[n])]));
}

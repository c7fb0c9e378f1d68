using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tributary.Primitives;

/// <summary>One page of a list that is read by key, so that rows added meanwhile neither repeat nor hide others.</summary>
/// <param name="Items">The rows, in the list's order.</param>
/// <param name="Next">Where the next page begins; null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, Cursor? Next)
{
    public bool HasMore => Next is not null;
}

/// <summary>Which page is asked for.</summary>
/// <param name="Size">Rows at most, 1 … <see cref="Limits.PageSize"/>.</param>
/// <param name="After">The cursor the page before gave; null for the first page.</param>
public readonly record struct PageRequest(int Size, Cursor? After = null)
{
    /// <summary>The same request with its size brought into 1 … <paramref name="most"/>.</summary>
    public PageRequest Clamp(int most = Limits.PageSize) => this with { Size = Math.Clamp(Size, 1, most) };

    /// <summary>Cuts a result of up to <see cref="Size"/> + 1 rows into a page: the row too many only says that there is more.</summary>
    public Page<T> Cut<T>(IReadOnlyList<T> rows, Func<T, Cursor> keyOf)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(keyOf);
        if (rows.Count <= Size)
            return new Page<T>(rows, null);
        var items = rows.Take(Size).ToList();
        return new Page<T>(items, keyOf(items[^1]));
    }
}

/// <summary>Which slice of a list is asked for, where rows may also be skipped by number.</summary>
/// <param name="Size">Rows at most, 1 … <see cref="Limits.PageSize"/>.</param>
/// <param name="Descending">Whether the newest come first.</param>
/// <param name="After">The cursor the page before gave; null: from the beginning.</param>
/// <param name="Skip">Rows left out before the first.</param>
public readonly record struct SliceRequest(int Size, bool Descending, Cursor? After = null, int Skip = 0)
{
    /// <summary>How many rows to read: the one too many only says that there is more.</summary>
    public int Most => Size + 1;

    public string Direction => Descending ? "desc" : "asc";

    /// <summary>How a row that follows compares with the cursor.</summary>
    public string Comparison => Descending ? "<" : ">";

    /// <summary>As <see cref="PageRequest.Cut"/>.</summary>
    public Page<T> Cut<T>(IReadOnlyList<T> rows, Func<T, Cursor> keyOf) => new PageRequest(Size).Cut(rows, keyOf);
}

/// <summary>The key of the last row seen: what the list is sorted by, then the row's number.</summary>
/// <param name="Rank">The sort value as an integer (microseconds for an instant, the number itself where that is the order).</param>
/// <param name="Id">The row's number, which breaks ties.</param>
public readonly record struct Cursor(long Rank, long Id)
{
    /// <summary>Opaque text for the wire; <see cref="TryParse"/> reads it back.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Rank}.{Id}")));

    public static bool TryParse(string? text, out Cursor cursor)
    {
        cursor = default;
        if (string.IsNullOrEmpty(text) || text.Length > 64 || !Base64Url.IsValid(text))
            return false;
        var plain = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text));
        var dot = plain.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !TryNumber(plain.AsSpan(0, dot), out var rank) || !TryNumber(plain.AsSpan(dot + 1), out var id))
            return false;
        cursor = new Cursor(rank, id);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out long number) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}

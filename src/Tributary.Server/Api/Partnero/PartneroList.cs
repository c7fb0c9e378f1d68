using System.Text.Json;
using Tributary.Primitives;

namespace Tributary.Server.Api.Partnero;

/// <summary>
/// One page of a list as it was asked for. Following <c>links.next</c> goes by a cursor, so that rows added meanwhile neither
/// repeat nor hide others; counting <c>page</c> by hand skips rows.
/// </summary>
/// <param name="Address">Of the list, absolute, without a query.</param>
/// <param name="Parameters">Everything that was asked besides page and cursor, as a query.</param>
internal sealed record PartneroList(int Limit, int Page, bool Descending, Cursor? After, string Address, string Parameters)
{
    public const int UsualLimit = 15;

    /// <summary>Of webhooks, domains and payout requests.</summary>
    public const int ShortLimit = 10;

    /// <summary>How far rows are skipped at most; beyond it only a cursor leads.</summary>
    public const int MostSkipped = 100_000;

    /// <summary>Where the next page begins; set by whoever read the rows.</summary>
    public Cursor? Next { get; init; }

    /// <summary>How Core reads this page.</summary>
    public SliceRequest Slice => new(Limit, Descending, After, After is null ? (Page - 1) * Limit : 0);

    public void WriteTo(Utf8JsonWriter writer, int rows)
    {
        long first = ((long)Page - 1) * Limit + 1;
        writer.WriteStartObject("links");
        writer.WriteString("first", At(1, null));
        writer.WriteNull("last");
        Write(writer, "prev", Page > 1 ? At(Page - 1, null) : null);
        Write(writer, "next", Next is { } next ? At(Page + 1, next) : null);
        writer.WriteEndObject();
        writer.WriteStartObject("meta");
        writer.WriteNumber("current_page", Page);
        Write(writer, "from", rows > 0 ? first : null);
        writer.WriteString("path", Address);
        writer.WriteNumber("per_page", Limit);
        Write(writer, "to", rows > 0 ? first + rows - 1 : null);
        writer.WriteEndObject();
    }

    private string At(int page, Cursor? cursor) =>
        $"{Address}?{Parameters}page={page}{(cursor is { } place ? $"&cursor={place}" : "")}";

    private static void Write(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is null)
            writer.WriteNull(name);
        else
            writer.WriteString(name, value);
    }

    private static void Write(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }
}

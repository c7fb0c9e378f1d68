using System.Buffers;
using System.Text;

namespace Tributary.Links;

/// <summary>The parts of a query between its ampersands.</summary>
internal static class QueryItems
{
    /// <summary>What may stand in a query as it is (RFC 3986); the percent sign only before two hex digits.</summary>
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*+,;:@/?=[]");

    /// <param name="query">With or without its question mark.</param>
    public static IEnumerable<string> Of(string query)
    {
        var text = query.StartsWith('?') ? query[1..] : query;
        return text.Length == 0 ? [] : text.Split('&').Where(item => item.Length > 0);
    }

    public static string NameOf(string item)
    {
        var end = item.IndexOf('=', StringComparison.Ordinal);
        return Decode(end < 0 ? item : item[..end]);
    }

    public static string ValueOf(string item)
    {
        var end = item.IndexOf('=', StringComparison.Ordinal);
        return end < 0 ? "" : Decode(item[(end + 1)..]);
    }

    public static string Encode(string name, string value) => $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";

    /// <summary>The item with everything encoded that may not stand in a query, so that it cannot end it or the header it stands in.</summary>
    public static string Clean(string item)
    {
        if (!item.AsSpan().ContainsAnyExcept(Allowed))
            return item;
        var clean = new StringBuilder(item.Length + 16);
        for (var place = 0; place < item.Length; place++)
            AppendClean(clean, item, ref place);
        return clean.ToString();
    }

    private static void AppendClean(StringBuilder clean, string item, ref int place)
    {
        var letter = item[place];
        if (Allowed.Contains(letter) || (letter == '%' && IsHex(item, place + 1) && IsHex(item, place + 2)))
        {
            clean.Append(letter);
            return;
        }
        var isPair = char.IsHighSurrogate(letter) && place + 1 < item.Length && char.IsLowSurrogate(item[place + 1]);
        var rune = isPair ? new Rune(letter, item[place + 1]) : Rune.TryCreate(letter, out var one) ? one : Rune.ReplacementChar;
        clean.Append(Uri.EscapeDataString(rune.ToString()));
        if (isPair)
            place++;
    }

    private static bool IsHex(string text, int place) => place < text.Length && char.IsAsciiHexDigit(text[place]);

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

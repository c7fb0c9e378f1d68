using System.Text;

namespace Tributary.Primitives;

/// <summary>
/// What PostgreSQL can keep: any text but U+0000 and half surrogate pairs, which cannot be written as UTF-8.
/// A face refuses other text before anything is asked of the database.
/// </summary>
public static class StorableText
{
    public static bool IsStorable(ReadOnlySpan<char> text)
    {
        if (text.Contains('\0'))
            return false;
        while (text.IndexOfAnyInRange('\uD800', '\uDFFF') is var at && at >= 0)
        {
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
                return false;
            text = text[(at + 2)..];
        }
        return true;
    }

    /// <summary>
    /// A normal form of a storable text. The framework refuses U+FFFE, which PostgreSQL keeps: a text with it stays as it is.
    /// </summary>
    public static string Normalize(string text, NormalizationForm form) =>
        text.Contains('\uFFFE', StringComparison.Ordinal) ? text : text.Normalize(form);
}

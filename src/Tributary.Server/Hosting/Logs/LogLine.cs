using System.Globalization;
using System.Text;

namespace Tributary.Server.Hosting.Logs;

/// <summary>
/// Text as it may stand in a log: on one line, without anything that a terminal obeys or that hides or turns around what
/// stands beside it, and of limited length (N22).
/// </summary>
internal static class LogLine
{
    private const char Ellipsis = '…';

    /// <param name="mostBytes">Of the result in UTF-8, with the ellipsis that shows a cut.</param>
    public static void Append(StringBuilder line, ReadOnlySpan<char> text, int mostBytes)
    {
        var left = mostBytes - Encoding.UTF8.GetByteCount([Ellipsis]);
        Span<char> shown = stackalloc char[6];
        while (text.Length > 0)
        {
            var whole = Rune.DecodeFromUtf16(text, out var rune, out var consumed) == System.Buffers.OperationStatus.Done;
            var length = whole && !IsEscaped(rune) ? rune.EncodeToUtf16(shown) : Escape(text[..consumed], shown);
            var bytes = Encoding.UTF8.GetByteCount(shown[..length]);
            if (bytes > left)
            {
                line.Append(Ellipsis);
                return;
            }
            line.Append(shown[..length]);
            left -= bytes;
            text = text[consumed..];
        }
    }

    private static bool IsEscaped(Rune rune) => rune.Value == '\\' || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static int Escape(ReadOnlySpan<char> text, Span<char> shown)
    {
        var known = text[0] switch { '\n' => 'n', '\r' => 'r', '\t' => 't', '\\' => '\\', _ => '\0' };
        if (known != '\0')
        {
            shown[0] = '\\';
            shown[1] = known;
            return 2;
        }
        if (text.Length > 1)
        {
            // Nothing that is escaped and lies beyond the basic plane has a meaning in a log.
            shown[0] = '\uFFFD';
            return 1;
        }
        shown.TryWrite(CultureInfo.InvariantCulture, $"\\u{(int)text[0]:X4}", out var length);
        return length;
    }
}

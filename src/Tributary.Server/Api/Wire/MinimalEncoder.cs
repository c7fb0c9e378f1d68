using System.Text.Encodings.Web;

namespace Tributary.Server.Api.Wire;

/// <summary>
/// Escapes what JSON demands and nothing else: the quotation mark, the backslash and the control characters below a blank,
/// in the form that <c>JSON.stringify</c> writes, because clients sign again what they parsed. Texts reach it without lone
/// surrogates; one that did not would be written as U+FFFD.
/// </summary>
internal sealed class MinimalEncoder : JavaScriptEncoder
{
    public static readonly MinimalEncoder Instance = new();

    private const string Hex = "0123456789abcdef";

    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or '"' or '\\';

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var characters = new ReadOnlySpan<char>(text, textLength);
        for (var at = 0; at < characters.Length; at++)
        {
            if (WillEncode(characters[at]) || IsLoneSurrogate(characters, ref at))
                return at;
        }
        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var target = new Span<char>(buffer, bufferLength);
        var escaped = ShortEscape(unicodeScalar) is { } letter
            ? (ReadOnlySpan<char>)['\\', letter]
            : ['\\', 'u', '0', '0', Hex[(unicodeScalar >> 4) & 0xF], Hex[unicodeScalar & 0xF]];
        if (!WillEncode(unicodeScalar))
            escaped = char.ConvertFromUtf32(unicodeScalar);
        numberOfCharactersWritten = 0;
        if (!escaped.TryCopyTo(target))
            return false;
        numberOfCharactersWritten = escaped.Length;
        return true;
    }

    private static char? ShortEscape(int unicodeScalar) => unicodeScalar switch
    {
        '"' => '"',
        '\\' => '\\',
        '\b' => 'b',
        '\f' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        _ => null,
    };

    private static bool IsLoneSurrogate(ReadOnlySpan<char> characters, ref int at)
    {
        if (!char.IsSurrogate(characters[at]))
            return false;
        if (at + 1 >= characters.Length || !char.IsSurrogatePair(characters[at], characters[at + 1]))
            return true;
        at++;
        return false;
    }
}

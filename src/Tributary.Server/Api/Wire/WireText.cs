using System.Globalization;
using System.Text;
using Tributary.Primitives;

namespace Tributary.Server.Api.Wire;

/// <summary>What every text of a request goes through.</summary>
internal static class WireText
{
    /// <summary>Blank counts as absent everywhere.</summary>
    public static bool IsBlank(string text) => string.IsNullOrWhiteSpace(text);

    public static bool HasControlCharacters(string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
                return true;
        }
        return false;
    }

    /// <summary>Composed form, so that one name typed on two systems is one name. Expects no lone surrogates.</summary>
    public static string Compose(string text) =>
        Ascii.IsValid(text) ? text : StorableText.Normalize(text, NormalizationForm.FormC);

    /// <summary>A text that came outside a body and may be anything; null where no column could hold it.</summary>
    public static string? ComposeIfStorable(string text) =>
        StorableText.IsStorable(text) ? Compose(text) : null;

    /// <summary>
    /// True where the bytes of a JSON text escape what no column can hold: U+0000, or half of a surrogate pair. Both can only
    /// stand there as <c>\u</c> escapes once the bytes are valid UTF-8 and well-formed JSON.
    /// </summary>
    public static bool EscapesHostileText(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf((byte)'\\') is var at and >= 0 && at + 1 < json.Length)
        {
            json = json[at..];
            if (json[1] != 'u')
            {
                json = json[2..];
                continue;
            }
            if (!TryEscape(json, out var unit))
                return false;
            json = json[6..];
            if (unit == 0 || char.IsLowSurrogate(unit))
                return true;
            if (!char.IsHighSurrogate(unit))
                continue;
            if (!TryEscape(json, out var low) || !char.IsLowSurrogate(low))
                return true;
            json = json[6..];
        }
        return false;
    }

    private static bool TryEscape(ReadOnlySpan<byte> json, out char unit)
    {
        unit = default;
        if (json.Length < 6 || json[0] != '\\' || json[1] != 'u')
            return false;
        if (!ushort.TryParse(json[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        unit = (char)value;
        return true;
    }
}

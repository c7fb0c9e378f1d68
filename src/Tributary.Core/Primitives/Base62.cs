using System.Security.Cryptography;

namespace Tributary.Primitives;

/// <summary>Digits of tokens and ids that are copied by hand or put into a URL: <c>0-9A-Za-z</c>.</summary>
public static class Base62
{
    public const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly System.Buffers.SearchValues<char> DigitSet = System.Buffers.SearchValues.Create(Digits);

    /// <summary>Unpredictable digits, 5.95 bits each.</summary>
    public static string Random(int length) => RandomNumberGenerator.GetString(Digits, length);

    public static bool IsOnlyDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(DigitSet);

    /// <summary>Writes a number into the whole span, padded with zeros; throws where it does not fit.</summary>
    public static void Write(ulong value, Span<char> digits)
    {
        for (var place = digits.Length - 1; place >= 0; place--)
        {
            digits[place] = Digits[(int)(value % 62)];
            value /= 62;
        }
        ArgumentOutOfRangeException.ThrowIfNotEqual(value, 0UL);
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Chains;

/// <summary>Bytes in hexadecimal: read in any case, with or without <c>0x</c>; written in lower case with it.</summary>
internal static class HexText
{
    private const string Prefix = "0x";

    public static bool TryRead(string text, int bytes, [NotNullWhen(true)] out string? canonical)
    {
        var digits = text.AsSpan();
        if (digits.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            digits = digits[Prefix.Length..];
        canonical = digits.Length == bytes * 2 && IsHex(digits) ? Prefix + digits.ToString().ToLowerInvariant() : null;
        return canonical is not null;
    }

    public static string Write(ReadOnlySpan<byte> bytes) => Prefix + Convert.ToHexStringLower(bytes);

    /// <param name="canonical">As <see cref="Write"/> gives it.</param>
    public static byte[] Bytes(string canonical) => Convert.FromHexString(canonical.AsSpan(Prefix.Length));

    public static bool HasPrefix(string text) => text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    private static bool IsHex(ReadOnlySpan<char> digits)
    {
        foreach (var digit in digits)
            if (!char.IsAsciiHexDigit(digit))
                return false;
        return true;
    }
}

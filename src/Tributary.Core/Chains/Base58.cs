using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;

namespace Tributary.Chains;

/// <summary>The alphabet of Bitcoin, as Solana and Tron use it: every text that decodes is the only one of its bytes.</summary>
internal static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int ChecksumBytes = 4;

    /// <summary>Longer texts are no address, hash or signature of any chain.</summary>
    private const int Longest = 96;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        var digits = new List<char>();
        while (!value.IsZero)
        {
            value = BigInteger.DivRem(value, 58, out var digit);
            digits.Add(Alphabet[(int)digit]);
        }
        for (var n = 0; n < bytes.Length && bytes[n] == 0; n++)
            digits.Add(Alphabet[0]);
        digits.Reverse();
        return new string([.. digits]);
    }

    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length is 0 or > Longest)
            return false;
        var value = BigInteger.Zero;
        foreach (var letter in text)
        {
            var digit = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (digit < 0)
                return false;
            value = (value * 58) + digit;
        }
        var zeros = text.TakeWhile(letter => letter == Alphabet[0]).Count();
        var rest = value.IsZero ? [] : value.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes = [.. new byte[zeros], .. rest];
        return true;
    }

    /// <summary>With the first four bytes of a double SHA-256 behind.</summary>
    public static string EncodeChecked(ReadOnlySpan<byte> bytes) => Encode([.. bytes, .. Checksum(bytes)]);

    public static bool TryDecodeChecked(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!TryDecode(text, out var whole) || whole.Length <= ChecksumBytes)
            return false;
        var content = whole[..^ChecksumBytes];
        if (!whole.AsSpan().EndsWith(Checksum(content)))
            return false;
        bytes = content;
        return true;
    }

    private static byte[] Checksum(ReadOnlySpan<byte> bytes) => SHA256.HashData(SHA256.HashData(bytes))[..ChecksumBytes];
}

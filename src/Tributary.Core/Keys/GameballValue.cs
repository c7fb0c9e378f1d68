using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Tributary.Primitives;

namespace Tributary.Keys;

/// <summary>A value of a Gameball pair (gameball.md 2.2): minted by us, or brought along by an operator.</summary>
internal static class GameballValue
{
    /// <summary>Session tokens are encrypted with the secret's bytes, of which they need exactly 32.</summary>
    private const int MintedLength = 32;
    private const int Shortest = 20;
    private const int Longest = 128;

    public static string Mint() => Base62.Random(MintedLength);

    public static bool IsPossible([NotNullWhen(true)] string? value) =>
        value is { Length: >= Shortest and <= Longest } && !value.AsSpan().ContainsAnyExceptInRange('!', '~');

    public static byte[] Hash(string value) => SHA256.HashData(Encoding.ASCII.GetBytes(value));
}

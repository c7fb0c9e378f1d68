using System.Security.Cryptography;
using Tributary.Primitives;

namespace Tributary.Referrers;

/// <summary>
/// Makes codes that can be read aloud and printed on receipts: Crockford's letters, without I, L, O and U. Whether one
/// is still free only the database knows; on a collision, of folded forms too, ask for the next.
/// </summary>
/// <param name="nextBelow">A number from 0 to below the given one; cryptographic outside of tests.</param>
public sealed class CodeGenerator(Func<int, int> nextBelow)
{
    public const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Symbols of a code unless the programme says otherwise.</summary>
    public const int DefaultLength = 8;

    public const int ShortestLength = 6;

    /// <summary>How often a collision is answered by another code before the operation fails.</summary>
    public const int MostAttempts = 10;

    public static CodeGenerator Secure { get; } = new(RandomNumberGenerator.GetInt32);

    /// <summary>The prefix followed by <paramref name="length"/> random symbols.</summary>
    public string Next(string prefix = "", int length = DefaultLength)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, ShortestLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix.Length + length, Limits.Code);
        Span<char> symbols = stackalloc char[length];
        foreach (ref var symbol in symbols)
            symbol = Alphabet[nextBelow(Alphabet.Length)];
        return string.Concat(prefix, symbols);
    }
}

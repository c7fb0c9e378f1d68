using System.Globalization;
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

    private const int MostLetters = 12;
    private const int FewestDigits = 2;
    private const int MostDigits = 4;

    /// <summary>How often a collision is answered by another code before the operation fails.</summary>
    public const int MostAttempts = 10;

    public static CodeGenerator Secure { get; } = new(RandomNumberGenerator.GetInt32);

    /// <summary>Letters of a name and a few digits, such as <c>JOHN20</c>; more digits after more collisions. Null: the name has no letters.</summary>
    public string? NextFrom(string name, int collisions)
    {
        ArgumentNullException.ThrowIfNull(name);
        var letters = string.Concat(name.Where(char.IsAsciiLetter).Take(MostLetters)).ToUpperInvariant();
        if (letters.Length == 0)
            return null;
        var digits = Math.Min(FewestDigits + collisions / 3, MostDigits);
        var number = nextBelow((int)PowersOfTen.Small(digits));
        return letters + number.ToString("D" + digits, CultureInfo.InvariantCulture);
    }

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

using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Tributary.Primitives;

/// <summary>
/// Reads and writes amounts in major units (<c>19.99</c>) from and to their own text, never through a binary number:
/// clients send noise such as <c>19.990000000000002</c>, and a <c>double</c> would make it worse (MO-6, MO-7).
/// </summary>
public static partial class MajorUnits
{
    /// <summary>Longer texts are refused before anything is computed.</summary>
    public const int LongestText = 400;

    /// <summary>A long has 19 digits; whatever has more before its last decimal does not fit.</summary>
    private const int MostDigits = 20;

    /// <summary>
    /// The amount in minor units. Exponent form is read; digits beyond the currency's are rounded half away from zero.
    /// </summary>
    public static Outcome<Money> Parse(string? text, Currency currency, string field = "amount")
    {
        ArgumentNullException.ThrowIfNull(currency);
        return ParseMinor(text, currency.Exponent, field).Map(minor => new Money(minor, currency));
    }

    /// <summary>As <see cref="Parse"/>, for a unit with a number of decimals of its own (points).</summary>
    public static Outcome<long> ParseMinor(string? text, int decimals, string field = "amount")
    {
        if (text is null || text.Length > LongestText || Number.Match(text) is not { Success: true } number)
            return new Problem(ProblemCode.InvalidValue, "Not a decimal number.", field);
        var fraction = number.Groups["fraction"].Value;
        var digits = (number.Groups["whole"].Value + fraction).TrimStart('0');
        if (digits.Length == 0)
            return 0;
        var shift = Exponent(number.Groups["exponent"].Value) - fraction.Length + decimals;
        if (digits.Length + shift > MostDigits)
            return Amount.OutOfRange with { Field = field };
        var minor = Shift(digits, shift);
        if (minor > long.MaxValue)
            return Amount.OutOfRange with { Field = field };
        return number.Groups["sign"].Length > 0 ? -(long)minor : (long)minor;
    }

    /// <summary>With exactly the currency's digits: <c>19.90</c>, <c>1500</c> yen.</summary>
    public static string Format(Money money) => Format(money.Minor, money.Currency.Exponent);

    public static string Format(BigInteger minor, int decimals)
    {
        var digits = BigInteger.Abs(minor).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var sign = minor.Sign < 0 ? "-" : "";
        return decimals == 0 ? sign + digits : $"{sign}{digits[..^decimals]}.{digits[^decimals..]}";
    }

    /// <summary>As a JSON number without needless digits: <c>19.9</c>, <c>100</c>.</summary>
    public static string Shortest(Money money) => Shortest(money.Minor, money.Currency.Exponent);

    public static string Shortest(BigInteger minor, int decimals)
    {
        var text = Format(minor, decimals);
        return decimals == 0 ? text : text.TrimEnd('0').TrimEnd('.');
    }

    /// <summary>digits × 10^shift, rounded. What lies so far right that it cannot round up to 1 is 0.</summary>
    private static BigInteger Shift(string digits, int shift)
    {
        if (shift < -digits.Length)
            return BigInteger.Zero;
        var value = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return shift >= 0
            ? value * PowersOfTen.Big(shift)
            : Rounding.HalfAwayFromZero(value, PowersOfTen.Big(-shift));
    }

    /// <summary>The exponent, cut to what is far beyond any amount, so that a long one costs nothing.</summary>
    private static int Exponent(string text)
    {
        const int FarAway = 100_000;
        if (text.Length == 0)
            return 0;
        var size = text.TrimStart('+', '-').TrimStart('0');
        var value = size.Length > 5 ? FarAway : int.Parse("0" + size, NumberStyles.None, CultureInfo.InvariantCulture);
        return text[0] == '-' ? -value : value;
    }

    [GeneratedRegex(
        @"\A(?<sign>-)?(?<whole>[0-9]+)(\.(?<fraction>[0-9]+))?([eE](?<exponent>[+-]?[0-9]+))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Number { get; }
}

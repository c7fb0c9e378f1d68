using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Tributary.Campaigns;

/// <summary>A decimal number as it was written, compared and added without a binary fraction in between.</summary>
/// <param name="Digits">The number × 10^<paramref name="Decimals"/>.</param>
internal readonly partial record struct ExactNumber(BigInteger Digits, int Decimals) : IComparable<ExactNumber>
{
    /// <summary>Longer texts, and exponents that would make them longer, are no numbers to us.</summary>
    private const int LongestText = 100;

    private const int MostExponent = 100;

    public static bool TryParse(string text, out ExactNumber number)
    {
        number = default;
        if (text.Length > LongestText || Number.Match(text.Trim()) is not { Success: true } match)
            return false;
        var exponent = 0;
        if (match.Groups["exponent"] is { Success: true } written
            && (!int.TryParse(written.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs(exponent) > MostExponent))
            return false;
        var fraction = match.Groups["fraction"].Value;
        var digits = BigInteger.Parse(
            match.Groups["sign"].Value + match.Groups["whole"].Value + fraction,
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture);
        var decimals = fraction.Length - exponent;
        number = decimals >= 0 ? new(digits, decimals) : new(digits * BigInteger.Pow(10, -decimals), 0);
        return true;
    }

    public int CompareTo(ExactNumber other)
    {
        var decimals = Math.Max(Decimals, other.Decimals);
        return Scaled(decimals).CompareTo(other.Scaled(decimals));
    }

    public ExactNumber Plus(ExactNumber other)
    {
        var decimals = Math.Max(Decimals, other.Decimals);
        return new(Scaled(decimals) + other.Scaled(decimals), decimals);
    }

    public override string ToString() => Primitives.MajorUnits.Shortest(Digits, Decimals);

    public static bool operator <(ExactNumber left, ExactNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(ExactNumber left, ExactNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(ExactNumber left, ExactNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ExactNumber left, ExactNumber right) => left.CompareTo(right) >= 0;

    private BigInteger Scaled(int decimals) => Digits * BigInteger.Pow(10, decimals - Decimals);

    [GeneratedRegex(
        @"\A(?<sign>-)?(?<whole>[0-9]+)(\.(?<fraction>[0-9]+))?([eE](?<exponent>[+-]?[0-9]+))?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number { get; }
}

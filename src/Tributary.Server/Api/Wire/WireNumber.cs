using System.Globalization;
using Tributary.Primitives;

namespace Tributary.Server.Api.Wire;

/// <summary>Numbers read from their own text, never through a binary number.</summary>
internal static class WireNumber
{
    /// <summary>The first amount of major units with more than 15 digits.</summary>
    private const long TooManyMajor = 1_000_000_000_000_000;

    private const int LongestFreeNumber = 100;
    private const int GreatestExponent = 400;

    /// <summary>Minor units; more than 15 digits before the point are refused.</summary>
    public static bool TryMoney(string text, Currency currency, out long minor)
    {
        if (!MajorUnits.ParseMinor(text, currency.Exponent).TryGet(out minor, out _))
            return false;
        return Int128.Abs(minor) < (Int128)TooManyMajor * currency.MinorPerMajor;
    }

    /// <summary>A whole number, also written as <c>5.0</c> or <c>5e0</c>.</summary>
    public static bool TryInteger(string text, out long number)
    {
        number = 0;
        if (!TryDecimal(text, out var value) || decimal.Truncate(value) != value || Math.Abs(value) > long.MaxValue)
            return false;
        number = (long)value;
        return true;
    }

    public static bool TryDecimal(string text, out decimal number)
    {
        number = 0;
        return text.Length <= MajorUnits.LongestText
            && decimal.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out number);
    }

    /// <summary>A number of free data: plain digits, or an exponent that stays within what we count with.</summary>
    public static bool IsStorable(string number) =>
        number.Length <= LongestFreeNumber && (!number.AsSpan().ContainsAny('e', 'E') || HasSmallExponent(number));

    /// <summary>Digits with or without a minus sign, as JSON writes integers.</summary>
    public static bool IsInteger(string number) =>
        !number.AsSpan(number[0] == '-' ? 1 : 0).ContainsAnyExceptInRange('0', '9');

    private static bool HasSmallExponent(string number)
    {
        var exponent = number[(number.AsSpan().IndexOfAny('e', 'E') + 1)..];
        return int.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
            && Math.Abs(power) <= GreatestExponent;
    }
}

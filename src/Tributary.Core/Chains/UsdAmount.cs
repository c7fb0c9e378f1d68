using System.Globalization;

namespace Tributary.Chains;

/// <summary>A value in USD in millionths, as analytics count it; no money of anybody's.</summary>
public static class UsdAmount
{
    private const decimal Millionths = 1_000_000m;

    /// <summary>Digits of whole dollars that may stand before the point.</summary>
    private const decimal Most = 9_000_000_000_000m;

    /// <summary>Not negative; more than six decimals are rounded half away from zero.</summary>
    public static bool TryParse(string? text, out long millionths)
    {
        millionths = 0;
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var dollars) || dollars < 0 || dollars > Most)
            return false;
        millionths = (long)decimal.Round(dollars * Millionths, MidpointRounding.AwayFromZero);
        return true;
    }

    /// <summary>Without trailing zeros: <c>12.5</c>.</summary>
    public static string Text(long millionths) => (millionths / Millionths).ToString("0.######", CultureInfo.InvariantCulture);
}

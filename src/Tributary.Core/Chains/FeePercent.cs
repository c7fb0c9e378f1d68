using System.Globalization;

namespace Tributary.Chains;

/// <summary>The percent of an affiliate fee, 0 … 10 with up to six decimals, in millionths of a percent.</summary>
public static class FeePercent
{
    /// <summary>Ten percent.</summary>
    public const long Most = 10 * Millionths;

    /// <summary>Of the whole.</summary>
    public const long Whole = 100 * Millionths;

    /// <summary>Of a percent.</summary>
    public const long Millionths = 1_000_000;

    public static bool TryParse(string? text, out long millionths)
    {
        millionths = 0;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            || percent > Most / Millionths || percent * Millionths != decimal.Truncate(percent * Millionths))
            return false;
        millionths = (long)(percent * Millionths);
        return true;
    }

    public static string Text(long millionths) => ((decimal)millionths / Millionths).ToString("0.######", CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Tributary.Server.Api.Wire;

/// <summary>Times as clients of this dialect write and expect them.</summary>
internal static partial class WireTime
{
    /// <summary>What some clients send for a time they never set.</summary>
    private const string Unset = "0001-01-01";

    private const int TickDigits = 7;

    public static bool IsUnset(string text) => text.StartsWith(Unset, StringComparison.Ordinal);

    /// <summary>
    /// ISO 8601: a date alone is midnight UTC, a time without an offset is UTC. Digits of the fraction beyond a tick are cut.
    /// </summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length > 40 || Shape.Match(text) is not { Success: true } match)
            return false;
        var plain = $"{match.Groups["date"].Value}T{ClockOf(match)}{OffsetOf(match)}";
        return DateTimeOffset.TryParseExact(
            plain, "yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
    }

    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string FormatDay(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string ClockOf(Match match)
    {
        var minutes = match.Groups["minutes"].Value;
        var seconds = match.Groups["seconds"].Value;
        var fraction = match.Groups["fraction"].Value.PadRight(TickDigits, '0')[..TickDigits];
        return $"{(minutes.Length == 0 ? "00:00" : minutes)}:{(seconds.Length == 0 ? "00" : seconds)}.{fraction}";
    }

    private static string OffsetOf(Match match)
    {
        var offset = match.Groups["offset"].Value.Replace(":", "", StringComparison.Ordinal);
        return offset.Length switch
        {
            0 or 1 => "+00:00",
            3 => offset + ":00",
            _ => $"{offset[..3]}:{offset[3..]}",
        };
    }

    [GeneratedRegex(
        @"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})([Tt ](?<minutes>[0-9]{2}:[0-9]{2})(:(?<seconds>[0-9]{2})([.,](?<fraction>[0-9]{1,9}))?)?(?<offset>[Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape { get; }
}

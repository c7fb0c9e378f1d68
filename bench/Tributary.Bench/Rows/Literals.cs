using System.Globalization;
using System.Text;

namespace Tributary.Bench.Rows;

/// <summary>Values as SQL that pgbench does not mistake for its variables.</summary>
internal static class Literals
{
    public static string Text(string value)
    {
        // pgbench looks for :names inside of quotes too.
        var text = new StringBuilder("E'");
        foreach (char letter in value)
        {
            text.Append(letter switch
            {
                '\'' => "''",
                '\\' => "\\\\",
                ':' => "\\x3a",
                _ => letter.ToString(),
            });
        }
        return text.Append('\'').ToString();
    }

    /// <summary>A moment of the sample: now, as long after now, or a date of its own.</summary>
    public static string Time(string value, DateTimeOffset sampleAt)
    {
        var at = DateTimeOffset.Parse(value, CultureInfo.InvariantCulture);
        var distance = at - sampleAt;
        if (distance.Duration() < TimeSpan.FromMinutes(5))
            return "now()";
        return distance > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"now() + interval '{distance.TotalSeconds:0} seconds'")
            : $"{Text(value)}::timestamptz";
    }
}

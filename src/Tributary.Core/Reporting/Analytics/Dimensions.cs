namespace Tributary.Reporting.Analytics;

/// <summary>The properties of clicks by which they are counted, and by which what they led to is.</summary>
internal static class Dimensions
{
    /// <summary>Counters of a scope as a whole.</summary>
    public const string Total = "total";

    /// <summary>The click does not have the property.</summary>
    public const string None = "(none)";

    /// <summary>There were too many values on the day.</summary>
    public const string Other = "(other)";

    /// <summary>No click is known that earned the credit.</summary>
    public const string Unknown = "unknown";

    public const string Program = "program";
    public const string Referrer = "referrer";
    public const string Domain = "domain";
    public const string Link = "link";

    /// <summary>By their names, the columns of a click, in the order of <c>credited_clicks.properties</c>.</summary>
    public static readonly IReadOnlyList<(string Name, string Column)> All =
    [
        ("form", "form"), ("channel", "channel"), ("country", "country"), ("device", "device"), ("browser", "browser"),
        ("system", "system"), ("referring_host", "referring_host"), ("utm_source", "utm_source"), ("utm_medium", "utm_medium"),
        ("utm_campaign", "utm_campaign"), ("utm_term", "utm_term"), ("utm_content", "utm_content"),
    ];

    /// <summary>A dimension of few values that every click has, over which a programme's counters are summed.</summary>
    public static string Narrowest => All[0].Name;

    /// <summary>The columns of a click as SQL.</summary>
    public static readonly string Columns = string.Join(", ", All.Select(dimension => $"c.{dimension.Column}"));

    /// <summary>How many values of one dimension and day are told apart.</summary>
    public static int MostValues(string scope) => scope == Link ? 100 : 1_000;

    /// <summary>As it is counted: never empty, and never what stands for something else.</summary>
    public static string ValueOf(string? property) => string.IsNullOrEmpty(property) ? None : property;
}

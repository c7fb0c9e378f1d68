using System.Globalization;

namespace Tributary.Server.Redirect;

/// <summary>What an operator can set for clicks. Every value has a working default.</summary>
public sealed record ClickOptions
{
    private const int MostPatience = 10_000;
    private const int BytesPerMegabyte = 1024 * 1024;

    /// <summary><c>TRIBUTARY_CLICK_WAIT_MS</c>: how long a redirect waits for the commit of its click before the click goes to the spool.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary><c>TRIBUTARY_SPOOL_MB</c>: size of the spool, in the data folder, beyond which clicks are lost.</summary>
    public long SpoolBytes { get; init; } = 1024L * BytesPerMegabyte;

    /// <summary><c>TRIBUTARY_COUNTRY_HEADER</c>: the header in which a proxy tells the visitor's country; null: countries are not known.</summary>
    public string? CountryHeader { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> naming the variable whose value cannot be used.</summary>
    internal static ClickOptions From(Func<string, string?> variable) => new()
    {
        Patience = TimeSpan.FromMilliseconds(Number(variable("TRIBUTARY_CLICK_WAIT_MS"), 200, MostPatience, "TRIBUTARY_CLICK_WAIT_MS")),
        SpoolBytes = (long)BytesPerMegabyte * Number(variable("TRIBUTARY_SPOOL_MB"), 1024, 1024 * 1024, "TRIBUTARY_SPOOL_MB"),
        CountryHeader = variable("TRIBUTARY_COUNTRY_HEADER"),
    };

    private static int Number(string? text, int usual, int most, string name)
    {
        if (text is null)
            return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new ArgumentException($"{name} must be a whole number from 1 to {most}.");
    }
}

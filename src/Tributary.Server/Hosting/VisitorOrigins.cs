using System.Net;
using Tributary.Clicks;

namespace Tributary.Server.Hosting;

/// <summary>
/// Where visitors come from, as their clicks are judged by it. Each way in has one of its own, so that a visit that is both
/// redirected and reported on arrival counts once in each.
/// </summary>
/// <param name="countryHeader">The header in which a proxy tells the visitor's country; null: countries are not known.</param>
internal sealed class VisitorOrigins(string? countryHeader, TimeProvider clock)
{
    /// <summary>Visits of one address in a minute that count (promises.md § 5).</summary>
    private const int MostPerMinute = 60;

    private readonly AddressRates rates = new(clock);

    /// <summary>Null where the address is not the visitor's: a proxy is not configured then (CL-17).</summary>
    public static IPAddress? Judged(IPAddress? address) =>
        VisitorAddress.Plain(address) is { } plain && !VisitorAddress.IsPrivate(plain) ? plain : null;

    /// <summary>ISO 3166-1 alpha-2 in upper case; null: not known.</summary>
    public string? Country(IHeaderDictionary headers) =>
        countryHeader is not null && headers[countryHeader].ToString() is { Length: 2 } text
        && char.IsAsciiLetter(text[0]) && char.IsAsciiLetter(text[1]) && !text.Equals("XX", StringComparison.OrdinalIgnoreCase)
            ? text.ToUpperInvariant()
            : null;

    /// <summary>Counts one visit of the address.</summary>
    /// <returns>Whether it has come too often for the visit to count.</returns>
    public bool IsFlood(IPAddress? address) => Judged(address) is { } judged && rates.Count(judged) > MostPerMinute;
}

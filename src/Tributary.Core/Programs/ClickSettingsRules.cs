using System.Net;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>Ranges of the settings of clicks.</summary>
internal static class ClickSettingsRules
{
    private const int MostDuplicateSeconds = 60;
    private const int MostVelocity = 1_000_000;
    private const int MostBlocked = 1_000;

    private static readonly string[] ReferrerPolicies =
    [
        "no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "same-origin", "strict-origin",
        "strict-origin-when-cross-origin", "unsafe-url",
    ];

    public static Problem? Check(ClickSettings settings) =>
        Range(settings.DuplicateSeconds, MostDuplicateSeconds, "duplicateSeconds")
        ?? Range(settings.VelocityPerMinute, MostVelocity, "velocityPerMinute")
        ?? Range(settings.VelocityPerHour, MostVelocity, "velocityPerHour")
        ?? List(settings.OwnAdCampaigns, text => text.Length is > 0 and <= Limits.CampaignParameter, "ownAdCampaigns", "campaign ids")
        ?? List(settings.BlockedHosts, IsHost, "blockedHosts", "host names, with *. before them for all below")
        ?? List(settings.BlockedCountries, IsCountry, "blockedCountries", "two capital letters each")
        ?? List(settings.BlockedNetworks, text => IPNetwork.TryParse(text, out _), "blockedNetworks", "networks such as 203.0.113.0/24")
        ?? (ReferrerPolicies.Contains(settings.ReferrerPolicy, StringComparer.Ordinal)
            ? null
            : new Problem(ProblemCode.InvalidValue, "Not a value of the Referrer-Policy header.", Path("referrerPolicy")));

    private static Problem? Range(int value, int most, string field) => value >= 0 && value <= most
        ? null
        : new Problem(ProblemCode.OutOfRange, $"The value is 0 to {most}.", Path(field));

    private static Problem? List(IReadOnlyList<string> values, Func<string, bool> isRight, string field, string what)
    {
        if (values.Count > MostBlocked)
            return new Problem(ProblemCode.TooLong, $"At most {MostBlocked} values.", Path(field));
        return values.All(value => value is not null && isRight(value))
            ? null
            : new Problem(ProblemCode.InvalidValue, $"The values are {what}.", Path(field));
    }

    private static bool IsHost(string text) =>
        Uri.CheckHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) == UriHostNameType.Dns;

    private static bool IsCountry(string text) => text.Length == 2 && text.All(char.IsAsciiLetterUpper);

    private static string Path(string field) => "settings.clicks." + field;
}

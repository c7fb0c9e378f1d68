using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>Ranges of the settings. A refusal names the member as the API calls it.</summary>
internal static class SettingsRules
{
    private const int MostWindowDays = AttributionSettings.LongestWindowDays;
    private const int MostWindowSeconds = MostWindowDays * 86_400;
    private const int MostSignupWindowSeconds = 30 * 86_400;
    private const int MostHoldDays = 365;
    private const int ShortestCode = 6;
    private const int LongestCode = 32;
    private const int LongestPrefix = 16;
    private const int LongestPointsName = 40;
    private const long MostPointValuePpm = 1_000_000_000_000;
    private const int LongestZone = 64;
    private const int MostCalls = 1_000_000;

    /// <summary>In alphabetical order, to compare with.</summary>
    private static readonly string[] Touches = ["click", "code", "coupon", "existing", "manual"];

    public static Outcome<ProgramSettings> Check(ProgramSettings settings)
    {
        var refusal = Attribution(settings.Attribution)
            ?? Codes(settings.Codes)
            ?? LinkSettingsRules.Check(settings.Links)
            ?? ClickSettingsRules.Check(settings.Clicks)
            ?? Customers(settings.Customers)
            ?? Rewards(settings.Rewards)
            ?? Points(settings.Points)
            ?? Gameball(settings.Gameball)
            ?? ProspectSettingsRules.Check(settings.Prospects)
            ?? Partnero(settings.Partnero)
            ?? DeBridgeSettingsRules.Check(settings.DeBridge)
            ?? TimeZone(settings.TimeZone);
        return refusal is null ? settings : refusal;
    }

    private static Problem? Attribution(AttributionSettings settings) =>
        Range(settings.WindowDays, 0, MostWindowDays, "attribution.windowDays")
        ?? Precedence(settings.Precedence)
        ?? Range(settings.CodeWindowSeconds, 0, MostWindowSeconds, "attribution.codeWindowSeconds")
        ?? Range(settings.FirstOrderWithinDays, 0, MostWindowDays, "attribution.firstOrderWithinDays");

    private static Problem? Precedence(IReadOnlyList<string>? words)
    {
        if (words is null || (words is ["manual", ..] && words.Order(StringComparer.Ordinal).SequenceEqual(Touches)))
            return null;
        const string detail = "The precedence is manual, then existing, coupon, code and click in any order.";
        return new Problem(ProblemCode.InvalidValue, detail, Path("attribution.precedence"));
    }

    private static Problem? Codes(CodeSettings settings) =>
        Range(settings.LifeDays, 1, MostWindowDays, "codes.lifeDays")
        ?? Range(settings.Length, ShortestCode, LongestCode, "codes.length")
        ?? Prefix(settings.Prefix);

    private static Problem? Prefix(string prefix) => prefix.Length <= LongestPrefix && Base62.IsOnlyDigits(prefix)
        ? null
        : new Problem(ProblemCode.InvalidValue, $"A prefix has at most {LongestPrefix} letters and digits.", Path("codes.prefix"));

    private static Problem? Customers(CustomerSettings settings) =>
        Range(settings.DeletedIdMemoryDays, 0, MostWindowDays, "customers.deletedIdMemoryDays");

    private static Problem? Rewards(RewardSettings settings) =>
        Range(settings.HoldDays, 0, MostHoldDays, "rewards.holdDays")
        ?? Range(settings.RateMaxAgeDays, 1, MostHoldDays, "rewards.rateMaxAgeDays")
        ?? (settings.PayIn is { } payIn && !Currency.ForOrders(payIn, Path("rewards.payIn")).TryGet(out _, out var problem) ? problem : null);

    private static Problem? Points(PointsSettings settings) =>
        Range(settings.ValuePpm, 0, MostPointValuePpm, "points.valuePpm")
        ?? (settings.Name.Trim().Length is 0 or > LongestPointsName
            ? new Problem(ProblemCode.InvalidValue, $"The name has 1 to {LongestPointsName} characters.", Path("points.name"))
            : null);

    private static Problem? Gameball(GameballSettings settings) =>
        Range(settings.SignupWindowSeconds, 0, MostSignupWindowSeconds, "gameball.signupWindowSeconds")
        ?? Range(settings.CustomerCallsPerSecond, 0, MostCalls, "gameball.customerCallsPerSecond")
        ?? Range(settings.CustomerCallsPerHalfMinute, 0, MostCalls, "gameball.customerCallsPerHalfMinute")
        ?? Range(settings.OtherCallsPerSecond, 0, MostCalls, "gameball.otherCallsPerSecond")
        ?? Range(settings.OtherCallsPerHalfMinute, 0, MostCalls, "gameball.otherCallsPerHalfMinute")
        ?? (settings.MinimumVersion is "4.0" or "4.1"
            ? null
            : new Problem(ProblemCode.InvalidValue, "The minimum version is 4.0 or 4.1.", Path("gameball.minimumVersion")))
        ?? NoticeProblem(settings);

    private static Problem? NoticeProblem(GameballSettings settings)
    {
        string?[] texts =
        [
            settings.NoticeLanguage, settings.NoticeIcon, settings.ReferrerNoticeTitle, settings.ReferrerNoticeBody, settings.FriendNoticeTitle,
            settings.FriendNoticeBody,
        ];
        return texts.Any(text => text?.Length > Limits.Text)
            ? new Problem(ProblemCode.TooLong, $"Texts of notices have at most {Limits.Text} characters.", Path("gameball"))
            : null;
    }


    private static Problem? Partnero(PartneroSettings settings) =>
        Range(settings.MinOrderIntervalSeconds, 0, MostWindowSeconds, "partnero.minOrderIntervalSeconds")
        ?? (settings.Website is null || LinkSettingsRules.IsAddress(settings.Website, out _)
            ? null
            : new Problem(ProblemCode.InvalidValue, "The website is an absolute http or https address.", Path("partnero.website")));

    private static Problem? TimeZone(string zone) => zone.Length <= LongestZone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)
        ? null
        : new Problem(ProblemCode.InvalidValue, "The time zone is an IANA name such as Europe/Oslo.", Path("timeZone"));

    internal static Problem? Range(long? value, long least, long most, string field) => value is { } given && (given < least || given > most)
        ? new Problem(ProblemCode.OutOfRange, $"The value is {least} to {most}.", Path(field))
        : null;

    internal static string Path(string field) => "settings." + field;
}

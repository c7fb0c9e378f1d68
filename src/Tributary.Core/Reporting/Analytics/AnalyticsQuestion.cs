using Tributary.Primitives;

namespace Tributary.Reporting.Analytics;

public enum Interval { Hour, Day, Week, Month }

/// <summary>By what an answer is divided.</summary>
public enum Grouping
{
    Link,
    Partner,
    Domain,
    Form,
    Channel,
    Country,
    Device,
    Browser,
    System,
    ReferringHost,
    UtmSource,
    UtmMedium,
    UtmCampaign,
    UtmTerm,
    UtmContent,
}

/// <summary>What is asked of a programme's counters.</summary>
/// <param name="From">The first day, in the programme's zone.</param>
/// <param name="To">The day after the last one.</param>
/// <param name="ReferrerId">Only what is this referrer's; null: everybody's.</param>
/// <param name="LinkId">Only what is this link's.</param>
/// <param name="Limit">How many groups are told apart, the rest is one.</param>
public sealed record AnalyticsQuestion(
    long ProgramId,
    TimeZoneInfo Zone,
    DateOnly From,
    DateOnly To,
    Interval Interval = Interval.Day,
    Grouping? GroupBy = null,
    long? ReferrerId = null,
    long? LinkId = null,
    int Limit = AnalyticsQuestion.MostGroups)
{
    public const int MostGroups = 100;

    /// <summary>Longer ranges are told by month, from the first of a month to the first of another.</summary>
    public const int MostDays = 400;

    /// <summary>As long as hours are kept.</summary>
    public const int MostDaysOfHours = 31;

    /// <summary>Whether the answer is read from months.</summary>
    internal bool ByMonth => To.DayNumber - From.DayNumber > MostDays;

    /// <summary>
    /// Whether links are told by what their own clicks and orders count, at once; everything else is by what is folded from it.
    /// </summary>
    internal bool ByLinks => !ByMonth && Interval != Interval.Hour && GroupBy switch
    {
        null => LinkId is not null,
        Grouping.Link => true,
        Grouping.Domain => Scope == Dimensions.Referrer,
        _ => false,
    };

    internal string Scope => LinkId is not null ? Dimensions.Link : ReferrerId is not null ? Dimensions.Referrer : Dimensions.Program;

    internal long ScopeId => LinkId ?? ReferrerId ?? 0;

    /// <summary>Why it cannot be answered; null: it can.</summary>
    public Problem? Fault(DateTimeOffset now)
    {
        var days = To.DayNumber - From.DayNumber;
        if (days < 1)
            return new Problem(ProblemCode.InvalidValue, "The range ends before it has begun: to is the day after the last one.", "to");
        if (days > 36_525)
            return new Problem(ProblemCode.OutOfRange, "A range is at most a hundred years.", "from");
        if (Limit is < 1 or > MostGroups)
            return new Problem(ProblemCode.OutOfRange, $"At most {MostGroups} groups are told apart.", "limit");
        if (Interval == Interval.Hour)
            return FaultOfHours(days, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime));
        if (ByMonth && (Interval != Interval.Month || From.Day != 1 || To.Day != 1))
            return new Problem(
                ProblemCode.OutOfRange, $"More than {MostDays} days are told by month, from the first of a month to the first of another.", "from");
        return null;
    }

    private Problem? FaultOfHours(int days, DateOnly today)
    {
        if (days > MostDaysOfHours || From.DayNumber < today.DayNumber - MostDaysOfHours)
            return new Problem(ProblemCode.OutOfRange, $"Hours are told for the last {MostDaysOfHours} days.", "from");
        return GroupBy is null ? null : new Problem(ProblemCode.InvalidValue, "Hours are told without groups.", "group_by");
    }
}

/// <summary>A range as it is asked for; what is not said is usual.</summary>
public sealed record AnalyticsRange(DateOnly? From, DateOnly? To, Interval Interval);

/// <summary>The numbers of one interval.</summary>
/// <param name="Start">Its first instant.</param>
public sealed record IntervalNumbers(DateTimeOffset Start, Numbers Numbers);

/// <summary>The numbers of one group.</summary>
/// <param name="Value">What its members have in common, <c>(none)</c>, <c>(other)</c> or <c>unknown</c>; null for links, partners and domains.</param>
/// <param name="Id">Of the link, partner or domain; null: of none, or of all that the limit left out, as <paramref name="Value"/> says.</param>
public sealed record GroupNumbers(string? Value, long? Id, Numbers Numbers)
{
    /// <summary>What the outside calls it: a link's public id, a partner's key, a domain's host. Null where there is none.</summary>
    public string? Key { get; init; }

    /// <summary>A link's label, a partner's name.</summary>
    public string? Name { get; init; }
}

/// <param name="AsOf">Everything that happened before is in every number of the answer.</param>
/// <param name="Groups">Null: none were asked for.</param>
public sealed record AnalyticsAnswer(
    DateTimeOffset AsOf, Numbers Totals, IReadOnlyList<IntervalNumbers> Series, IReadOnlyList<GroupNumbers>? Groups);

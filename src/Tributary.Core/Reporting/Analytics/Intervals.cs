using Tributary.Programs;

namespace Tributary.Reporting.Analytics;

/// <summary>The intervals of a range, each by its first instant, in the programme's zone (clicks.md CL-83). Weeks begin on Monday.</summary>
internal static class Intervals
{
    public static IReadOnlyList<DateTimeOffset> Of(AnalyticsQuestion question)
    {
        if (question.Interval == Interval.Hour)
            return Hours(question);
        var starts = new List<DateTimeOffset>();
        for (var day = StartOf(question.From, question.Interval); day < question.To; day = Next(day, question.Interval))
            starts.Add(CountingZones.Midnight(day, question.Zone));
        return starts;
    }

    /// <summary>The day with which the interval begins that a day lies in; it may lie before the range.</summary>
    public static DateOnly StartOf(DateOnly day, Interval interval) => interval switch
    {
        Interval.Hour or Interval.Day => day,
        Interval.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        Interval.Month => new DateOnly(day.Year, day.Month, 1),
    };

    private static List<DateTimeOffset> Hours(AnalyticsQuestion question)
    {
        var starts = new List<DateTimeOffset>();
        var end = CountingZones.Midnight(question.To, question.Zone);
        for (var hour = CountingZones.Midnight(question.From, question.Zone); hour < end; hour = hour.AddHours(1))
            starts.Add(Clicks.CountedIn.Of(hour, question.Zone).Hour);
        return [.. starts.Distinct()];
    }

    private static DateOnly Next(DateOnly day, Interval interval) => interval switch
    {
        Interval.Hour or Interval.Day => day.AddDays(1),
        Interval.Week => day.AddDays(7),
        Interval.Month => day.AddMonths(1),
    };
}

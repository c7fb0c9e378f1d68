using System.Globalization;

namespace Tributary.Campaigns;

/// <summary>Calendar periods and months in the programme's time zone.</summary>
internal static class Calendar
{
    /// <summary>The period that an instant lies in: <c>2026-11-20</c>, <c>2026-W47</c>, <c>2026-11</c>, <c>2026</c>, <c>ever</c>.</summary>
    public static string Period(CapPeriod period, DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        return period switch
        {
            CapPeriod.Day => Text($"{local:yyyy-MM-dd}"),
            CapPeriod.Week => Text($"{ISOWeek.GetYear(local):0000}-W{ISOWeek.GetWeekOfYear(local):00}"),
            CapPeriod.Month => Text($"{local:yyyy-MM}"),
            CapPeriod.Year => Text($"{local:yyyy}"),
            CapPeriod.Ever => "ever",
        };
    }

    /// <summary>
    /// The same local time some months later, the day clamped to the month's end (MO-39). A time that the clocks skip is
    /// taken after the skip, one that they repeat at its second passing.
    /// </summary>
    public static DateTimeOffset AddMonths(DateTimeOffset from, int months, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(from, zone).DateTime.AddMonths(months);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

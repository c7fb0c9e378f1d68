namespace Tributary.Clicks;

/// <summary>Where the counters put a moment: its day and the beginning of its hour, both of the programme's zone.</summary>
public readonly record struct CountedIn(DateOnly Day, DateTimeOffset Hour)
{
    public static CountedIn Of(DateTimeOffset at, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var intoHour = local.Ticks % TimeSpan.TicksPerHour;
        return new CountedIn(DateOnly.FromDateTime(local.DateTime), at.AddTicks(-intoHour).ToUniversalTime());
    }
}

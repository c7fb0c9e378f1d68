using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Programs;

/// <summary>A zone in which a programme counted days before.</summary>
/// <param name="Zone">Its IANA name.</param>
/// <param name="Until">The first moment that is not counted in it.</param>
public sealed record FormerZone(string Zone, DateTimeOffset Until);

/// <summary>
/// The zones in which a programme counts its days: a changed zone counts from the next day on (clicks.md CL-33). In which day a
/// moment lies never changes, so what is counted late or anew meets the counters of its own day.
/// </summary>
/// <param name="Former">Oldest first; the first reaches back to the beginning.</param>
public sealed record CountingZones(string Present, IReadOnlyList<FormerZone> Former)
{
    /// <summary>The oldest are forgotten: nothing of their time is counted any more.</summary>
    private const int MostFormer = 50;

    /// <summary>How long all nodes take to know of a change; one just before midnight counts a day later.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(1);

    public TimeZoneInfo At(DateTimeOffset at) => Find(NameAt(at));

    public string NameAt(DateTimeOffset at)
    {
        foreach (var former in Former)
            if (at < former.Until)
                return former.Zone;
        return Present;
    }

    /// <summary>After the programme was given another zone. One that was to count from tomorrow on never does.</summary>
    public CountingZones Changed(string zone, DateTimeOffset now)
    {
        var soon = now + Notice;
        var counting = NameAt(soon);
        var past = Former.Where(former => former.Until <= soon);
        if (zone == counting)
            return new CountingZones(zone, [.. past]);
        var tomorrow = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(soon, Find(counting)).DateTime).AddDays(1);
        return new CountingZones(zone, [.. past.TakeLast(MostFormer - 1), new FormerZone(counting, Midnight(tomorrow, Find(counting)))]);
    }

    /// <summary>When a day begins: at midnight, or after it where the clocks skip it.</summary>
    public static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        // Of a midnight that comes twice the first one begins the day.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    internal static IReadOnlyList<FormerZone> Read(string stored) =>
        stored == "[]" ? [] : JsonSerializer.Deserialize(stored, FormerZonesJson.Default.IReadOnlyListFormerZone)!;

    internal static string Write(IReadOnlyList<FormerZone> former) =>
        JsonSerializer.Serialize(former, FormerZonesJson.Default.IReadOnlyListFormerZone);

    private static TimeZoneInfo Find(string name) => new ProgramSettings { TimeZone = name }.Zone;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<FormerZone>))]
internal sealed partial class FormerZonesJson : JsonSerializerContext;

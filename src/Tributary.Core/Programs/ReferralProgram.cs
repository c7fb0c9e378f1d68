using Tributary.Primitives;

namespace Tributary.Programs;

public enum ProgramMode { Live, Test }

public enum ProgramState { Active, Paused }

/// <summary>One referral programme as a request sees it: the isolation boundary, loaded with the key that was presented.</summary>
/// <param name="HashKey">Key of the programme's keyed hashes (e-mail, deleted ids); never leaves the server.</param>
/// <param name="Version">Rises with every change of the row; caches compare it.</param>
public sealed record ReferralProgram(
    long Id,
    string PublicId,
    long WorkspaceId,
    string Name,
    ProgramMode Mode,
    ProgramState State,
    Currency Currency,
    ProgramSettings Settings,
    byte[] HashKey,
    long Version)
{
    /// <summary>Zones in which its days were counted before the present one.</summary>
    public IReadOnlyList<FormerZone> FormerZones { get; init; } = [];

    /// <summary>The zone whose days count at a moment: a changed one counts from the next day on.</summary>
    public TimeZoneInfo ZoneAt(DateTimeOffset at) => FormerZones.Count == 0 ? Settings.Zone : new CountingZones(Settings.TimeZone, FormerZones).At(at);

    /// <summary>The day in which a moment is counted.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, ZoneAt(at)).DateTime);
}

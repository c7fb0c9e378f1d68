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
    /// <summary>The day in the programme's zone.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Settings.Zone).DateTime);
}

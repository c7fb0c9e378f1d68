namespace Tributary.Reporting.Support;

/// <summary>One request as support may see it later.</summary>
/// <param name="Code">The integrator's code that it carried, in whatever place; null: none.</param>
/// <param name="Endpoint">Method and pattern, never the path itself.</param>
/// <param name="ErrorId">What went wrong, in the dialect's word; also of an upstream's answer. Null: nothing.</param>
/// <param name="RequestId">Stands in the answer, too.</param>
/// <param name="UpstreamStatus">Null: no upstream was asked.</param>
/// <param name="Address">The caller's, truncated.</param>
/// <param name="Parameters">JSON: names, with values where they may be kept.</param>
public sealed record LoggedRequest(
    long ProgramId,
    long? Code,
    DateTimeOffset At,
    string Endpoint,
    int Status,
    string? ErrorId,
    int DurationMs,
    string RequestId,
    string? OrderId,
    int? UpstreamStatus,
    string? Address,
    string Parameters)
{
    public bool Failed => Status >= 400 || ErrorId is not null;
}

/// <summary>How often one thing went wrong at one endpoint.</summary>
/// <param name="NewestRequestId">Of the last time.</param>
public sealed record RequestErrors(string Endpoint, string ErrorId, long LastHour, long LastDay, long LastWeek, string NewestRequestId);

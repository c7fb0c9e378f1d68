namespace Tributary.Webhooks.Deliveries;

/// <summary>When what failed is tried again (promises.md W6).</summary>
public static class RetrySchedule
{
    /// <summary>The last of ten attempts comes 75 hours, 35 minutes and 5 seconds after the first.</summary>
    public static readonly IReadOnlyList<TimeSpan> Native =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>What a receiver may ask for.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    /// <summary>No pause is longer, jitter and all: a due time further away was written under another clock.</summary>
    public static readonly TimeSpan Farthest = TimeSpan.FromHours(36);

    private const double Jitter = 0.2;

    /// <summary>The pause after the attempt with this number, from 1; null: it was the last one.</summary>
    /// <param name="chance">Between 0 and 1.</param>
    /// <param name="retryAfter">What the receiver asked for.</param>
    public static TimeSpan? PauseAfter(int attempt, IReadOnlyList<TimeSpan> pauses, double chance, TimeSpan? retryAfter)
    {
        ArgumentNullException.ThrowIfNull(pauses);
        if (attempt > pauses.Count)
            return null;
        var pause = pauses[attempt - 1] * (1 - Jitter + (2 * Jitter * chance));
        var asked = retryAfter ?? TimeSpan.Zero;
        return asked > LongestRetryAfter ? LongestRetryAfter : asked > pause ? asked : pause;
    }
}

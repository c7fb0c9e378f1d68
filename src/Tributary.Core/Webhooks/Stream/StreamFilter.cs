using Tributary.Webhooks.Publishing;

namespace Tributary.Webhooks.Stream;

/// <summary>Which events a reader of the stream gets. What is not set lets all pass.</summary>
public sealed record StreamFilter
{
    public IReadOnlySet<string>? Types { get; init; }

    /// <summary>Referrers all of which the event must be of: the key's own, and the one asked for.</summary>
    public IReadOnlyList<long> Referrers { get; init; } = [];

    public CodeFilter? Code { get; init; }

    public bool Lets(PublishedEvent told)
    {
        ArgumentNullException.ThrowIfNull(told);
        return (Types is null || Types.Contains(told.Type))
            && Referrers.All(referrer => told.ReferrerId == referrer)
            && (Code is null || Code.Lets(told));
    }
}

/// <summary>Events of one code: those that name it; of those that name none, the ones of its referrer.</summary>
/// <param name="ReferrerId">Whose the code is; null: nobody's that is known.</param>
public sealed record CodeFilter(string Code, long? ReferrerId)
{
    public bool Lets(PublishedEvent told)
    {
        ArgumentNullException.ThrowIfNull(told);
        return told.ReferralCode is { } named
            ? string.Equals(named, Code, StringComparison.OrdinalIgnoreCase)
            : ReferrerId is { } referrer && told.ReferrerId == referrer;
    }
}

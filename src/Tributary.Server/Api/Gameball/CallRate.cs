using Tributary.Programs;

namespace Tributary.Server.Api.Gameball;

/// <summary>Counts the calls that are not trusted, per API key, client address and group (gameball.md 2.3).</summary>
internal sealed class CallRate(TimeProvider clock)
{
    private readonly WindowCounts counts = new(clock);

    /// <summary>Counts one call. The result is how many seconds to wait when it is one too many, else null.</summary>
    public int? Refuse(CallOrigin origin, RateGroup group, GameballSettings settings)
    {
        var (perSecond, perHalfMinute) = LimitsOf(group, settings);
        return counts.Count($"{origin.KeyNumber} {origin.Address} {group}", new WindowLimit(1, perSecond), new WindowLimit(30, perHalfMinute));
    }

    private static (int PerSecond, int PerHalfMinute) LimitsOf(RateGroup group, GameballSettings settings) => group switch
    {
        RateGroup.CustomersAndEvents => (settings.CustomerCallsPerSecond, settings.CustomerCallsPerHalfMinute),
        RateGroup.Others => (settings.OtherCallsPerSecond, settings.OtherCallsPerHalfMinute),
    };
}

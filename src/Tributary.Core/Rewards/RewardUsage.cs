using System.Numerics;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Rewards;

/// <summary>What a change of a reward that was granted before changes about the limits it was judged by.</summary>
internal static class RewardUsage
{
    /// <param name="definition">Of the version that made the reward.</param>
    /// <param name="recipientId">Whose headroom it is.</param>
    /// <param name="count">1 where it begins to stand, −1 where it ceases to, else 0.</param>
    public static IReadOnlyList<UsageDelta> Change(
        ReferralProgram program, CampaignDefinition definition, RewardRow reward, long recipientId, BigInteger amount, int count)
    {
        // Limits of a converted reward are counted in the currency it was earned in, and stay as they were.
        if (RewardConversion.Read(reward.Details) is not null)
            return [];
        var (_, line) = definition.FindLine(reward.Line);
        var occasion = new LineOccasion(recipientId, reward.CustomerId ?? 0, reward.CauseAt, program.Settings.Zone);
        Unit? unit = reward.Unit is { } text ? Unit.Parse(text) : null;
        return UsageKeys.Change(reward.CampaignId!.Value, definition, line, occasion, unit, amount, count);
    }
}

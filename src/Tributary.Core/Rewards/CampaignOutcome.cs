using System.Numerics;
using Tributary.Campaigns;

namespace Tributary.Rewards;

/// <summary>What one campaign did about one cause, for the explanation.</summary>
/// <param name="Reason">Why it paid nothing; null: its step was reached.</param>
internal sealed record CampaignOutcome(
    long CampaignId, string Campaign, int Version, int? Step, string Cause, Reason? Reason, IReadOnlyList<LineOutcome> Lines);

/// <summary>What one line of it paid, or why it did not.</summary>
/// <param name="Reason">Why it paid nothing; null: it paid.</param>
/// <param name="ClampedBy">The limit that cut the amount.</param>
internal sealed record LineOutcome(
    int Line,
    string Role,
    long? RecipientId,
    Reason? Reason,
    long? RewardId,
    string? Kind,
    BigInteger Amount,
    string? Unit,
    string? ClampedBy,
    DateTimeOffset? AvailableAt);

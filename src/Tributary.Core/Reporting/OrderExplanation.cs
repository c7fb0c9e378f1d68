using Tributary.Primitives;

namespace Tributary.Reporting;

/// <summary>
/// Everything that decided who gets what for an order, as data and as sentences that a merchant understands without a manual.
/// </summary>
public sealed record OrderExplanation
{
    public required string OrderId { get; init; }

    /// <summary>The whole in sentences, in the order in which one would tell it.</summary>
    public required IReadOnlyList<string> Story { get; init; }

    /// <summary>Our number of the order.</summary>
    public required long OrderKey { get; init; }

    /// <summary><c>open</c>, <c>paid</c> or <c>cancelled</c>.</summary>
    public required string State { get; init; }

    public required Party Customer { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>What the customer paid, in minor units, like all amounts of the order.</summary>
    public required long Total { get; init; }

    /// <summary>What rewards were computed from.</summary>
    public required long Base { get; init; }

    public required long Refunded { get; init; }

    /// <summary>What rewards are computed from after the refunds.</summary>
    public required long RemainingBase { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required CreditExplained Credit { get; init; }

    public required IReadOnlyList<TouchExplained> Touches { get; init; }

    public required IReadOnlyList<CampaignExplained> Campaigns { get; init; }

    public required IReadOnlyList<RewardExplained> Rewards { get; init; }

    public required IReadOnlyList<RefundExplained> Refunds { get; init; }

    /// <summary>The ledger's transfers about this order, oldest first, with the entries that concern it.</summary>
    public required IReadOnlyList<TransferExplained> Transfers { get; init; }
}

using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Reporting;

/// <summary>Who referred a customer and what came of it, as data and as sentences. Lists hold the newest rows only.</summary>
public sealed record CustomerExplanation
{
    /// <summary>Rows of each list at most.</summary>
    public const int MostRows = 50;

    public required Party Customer { get; init; }

    /// <summary>The whole in sentences, in the order in which one would tell it.</summary>
    public required IReadOnlyList<string> Story { get; init; }

    public required bool Guest { get; init; }

    /// <summary>Null: not registered.</summary>
    public required DateTimeOffset? RegisteredAt { get; init; }

    public required CreditExplained Credit { get; init; }

    /// <summary>When it was decided who referred the customer; null: nobody did.</summary>
    public required DateTimeOffset? ReferredAt { get; init; }

    /// <summary><c>pending</c> until a campaign's last step is reached, then <c>active</c>; null: nobody referred the customer.</summary>
    public required string? ReferralStatus { get; init; }

    public required IReadOnlyList<TouchExplained> Touches { get; init; }

    /// <summary>What campaigns did about the last sign-up call that concerned them.</summary>
    public required IReadOnlyList<CampaignExplained> Campaigns { get; init; }

    public required IReadOnlyList<EventExplained> Events { get; init; }

    public required IReadOnlyList<OrderInShort> Orders { get; init; }

    /// <summary>What the customer earned by acts of its own.</summary>
    public required IReadOnlyList<RewardExplained> RewardsAsCustomer { get; init; }

    /// <summary>What the customer earned by referring others.</summary>
    public required IReadOnlyList<RewardExplained> RewardsAsReferrer { get; init; }

    public required IReadOnlyList<BalanceInShort> Balances { get; init; }
}

/// <summary>An act that the merchant reported by name, and what campaigns did about it.</summary>
public sealed record EventExplained(long EventKey, string Name, DateTimeOffset At, IReadOnlyList<CampaignExplained> Campaigns, string Sentence);

/// <param name="Total">Minor units.</param>
public sealed record OrderInShort(
    string OrderId, string State, Currency Currency, long Total, long Refunded, DateTimeOffset OrderedAt, Party? Referrer, string Sentence);

/// <summary>What stands on the customer's accounts in one unit, in its smallest part.</summary>
/// <param name="Owes">What the customer owes back.</param>
public sealed record BalanceInShort(Unit Unit, BigInteger Pending, BigInteger Held, BigInteger Available, BigInteger Owes, string Sentence);

using System.Text.Json.Nodes;
using Tributary.Chains;

namespace Tributary.Reporting.Tracking;

/// <summary>What is known of a token; each member may be unknown.</summary>
public sealed record TokenFacts(int? Decimals, string? Symbol, string? Name, string? LogoUri)
{
    public static TokenFacts Unknown { get; } = new(null, null, null, null);
}

/// <summary>What one side of an order gives or takes.</summary>
public sealed record TrackedSide(long ChainId, string Token, ChainAmount Amount, ChainAmount FinalAmount, TokenFacts Facts);

/// <summary>The swap before an order: what the user had at first.</summary>
public sealed record TrackedPreswap(long ChainId, string InToken, ChainAmount InAmount, TokenFacts InFacts, string OutToken, ChainAmount OutAmount, TokenFacts OutFacts);

/// <summary>A stage that an order has reached, with what is known of the transaction that took it there.</summary>
public sealed record TrackedStage(
    string? TransactionHash, long? BlockNumber, string? BlockHash, DateTimeOffset? OccurredAt, string? Initiator, string? SubmissionId);

/// <summary>An order with its amounts on chains, as those who track it see it. Texts are canonical.</summary>
public sealed record TrackedOrder
{
    public required long OrderKey { get; init; }
    public required string OrderId { get; init; }

    /// <summary>A swap on one chain, which is fulfilled when it is recorded.</summary>
    public required bool IsSwap { get; init; }
    public required long? Code { get; init; }
    public required string State { get; init; }
    public required string ExternalCallState { get; init; }
    public required bool IsLimit { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required TrackedSide Give { get; init; }
    public required TrackedSide Take { get; init; }
    public required string Maker { get; init; }
    public string? Creator { get; init; }
    public string? Receiver { get; init; }
    public string? Taker { get; init; }
    public string? UnlockAuthority { get; init; }
    public string? GivePatchAuthority { get; init; }
    public string? OrderAuthorityDst { get; init; }
    public string? AllowedTaker { get; init; }
    public string? AllowedCancelBeneficiary { get; init; }
    public string? CancelBeneficiary { get; init; }
    public ChainAmount ActualFulfillAmount { get; init; }
    public ChainAmount PercentFee { get; init; }
    public ChainAmount FinalPercentFee { get; init; }
    public ChainAmount FixFee { get; init; }
    public ChainAmount AffiliateAmount { get; init; }
    public string? AffiliateBeneficiary { get; init; }

    /// <summary>Millionths; null: unknown.</summary>
    public long? GiveUsd { get; init; }
    public ulong? MakerOrderNonce { get; init; }
    public TrackedPreswap? Preswap { get; init; }
    public JsonObject? Metadata { get; init; }

    /// <summary>By state; of the list the first one alone.</summary>
    public IReadOnlyDictionary<string, TrackedStage> Stages { get; init; } = new Dictionary<string, TrackedStage>();
}

using System.Numerics;

namespace Tributary.ChainOrders;

/// <summary>A report that an order has reached a stage (debridge.md § 4.2); every text is canonical. Null: not told.</summary>
public sealed record ChainEventReport
{
    public required string OrderId { get; init; }

    public required ChainOrderState State { get; init; }

    public string? TransactionHash { get; init; }

    public long? BlockNumber { get; init; }

    public string? BlockHash { get; init; }

    public DateTimeOffset? BlockTimestamp { get; init; }

    public string? Initiator { get; init; }

    public string? SubmissionId { get; init; }

    public string? Taker { get; init; }

    public string? UnlockAuthority { get; init; }

    public BigInteger? TakeFinalAmount { get; init; }

    public BigInteger? GiveFinalAmount { get; init; }

    public BigInteger? ActualFulfillAmount { get; init; }

    public string? CancelBeneficiary { get; init; }

    public ExternalCallState? ExternalCallState { get; init; }

    /// <summary>What the chain really holds for the integrator; of <c>ClaimedUnlock</c>.</summary>
    public BigInteger? AffiliateAmount { get; init; }

    /// <summary>False: the contract keeps the fee until it is drawn.</summary>
    public bool? AffiliatePaid { get; init; }

    /// <summary>The hash of the event that this one replaces after a reorganisation of the chain.</summary>
    public string? Supersedes { get; init; }
}

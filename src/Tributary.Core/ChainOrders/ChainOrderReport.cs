using System.Numerics;

namespace Tributary.ChainOrders;

/// <summary>One side of an order: what is given or taken, and what is known of the token.</summary>
public sealed record ChainSideReport
{
    public required long ChainId { get; init; }

    public required string Token { get; init; }

    public required BigInteger Amount { get; init; }

    public BigInteger? FinalAmount { get; init; }

    public int? Decimals { get; init; }

    public string? Symbol { get; init; }

    public string? Name { get; init; }

    public string? LogoUri { get; init; }
}

/// <summary>A report of an order (debridge.md § 4.1); every text is canonical. Null: not told.</summary>
public sealed record ChainOrderReport
{
    public required string OrderId { get; init; }

    public ChainOrderKind Kind { get; init; }

    /// <summary>The integrator's code; null: none.</summary>
    public long? Code { get; init; }

    public string? PreparedOrderId { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public long? CreatedBlock { get; init; }

    public string? CreatedBlockHash { get; init; }

    public string? CreationTransactionHash { get; init; }

    public int? CreationIndex { get; init; }

    public required string Maker { get; init; }

    public string? Creator { get; init; }

    public string? Receiver { get; init; }

    public string? OrderAuthorityDst { get; init; }

    public string? GivePatchAuthority { get; init; }

    public string? AllowedTaker { get; init; }

    public string? AllowedCancelBeneficiary { get; init; }

    public string? UnlockAuthority { get; init; }

    public required ChainSideReport Give { get; init; }

    public required ChainSideReport Take { get; init; }

    public BigInteger? PercentFee { get; init; }

    public BigInteger? FinalPercentFee { get; init; }

    public BigInteger? FixFee { get; init; }

    /// <summary>In millionths of a percent.</summary>
    public long? AffiliatePercent { get; init; }

    public BigInteger? AffiliateAmount { get; init; }

    public string? AffiliateBeneficiary { get; init; }

    public BigInteger? InputAmount { get; init; }

    /// <summary>In millionths.</summary>
    public long? GiveUsd { get; init; }

    public long? TakeUsd { get; init; }

    public long? ProtocolFeeUsd { get; init; }

    public ChainTradeType? TradeType { get; init; }

    public ExternalCallState? ExternalCallState { get; init; }

    public BigInteger? MakerOrderNonce { get; init; }

    /// <summary>JSON.</summary>
    public string? Preswap { get; init; }

    /// <summary>JSON.</summary>
    public string? OrderMetadata { get; init; }

    /// <summary>Applied after the order, in the same transaction.</summary>
    public IReadOnlyList<ChainEventReport> Events { get; init; } = [];
}

using System.Numerics;

namespace Tributary.ChainOrders;

/// <summary>
/// What an order with amounts on chains is known to be (debridge.md § 5.1). Addresses and hashes are canonical; amounts are in
/// the token's smallest part.
/// </summary>
public sealed record ChainOrder
{
    public long Key { get; init; }

    /// <summary>Of <c>orders</c>: the maker as a Customer.</summary>
    public long CustomerId { get; init; }

    /// <summary>Of <c>orders</c>: whom the order is credited to; null: nobody.</summary>
    public long? ReferrerId { get; init; }

    public required string OrderId { get; init; }
    public ChainOrderKind Kind { get; init; }
    /// <summary>The integrator's code; null: none.</summary>
    public long? ReferralCode { get; init; }
    /// <summary>The id the gateway announced, where the chain's differs.</summary>
    public string? PreparedOrderId { get; init; }
    public ChainOrderSource Source { get; init; }
    /// <summary>Only events told of it: all else is what the gateway estimated, until the first report of the order itself.</summary>
    public bool Estimated => Source == ChainOrderSource.Gateway;
    /// <summary>The wallet that owns the order: the Customer's merchant id.</summary>
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
    public required long GiveChain { get; init; }
    public required string GiveToken { get; init; }
    public required BigInteger GiveAmount { get; init; }
    /// <summary>Null: not told apart from the amount.</summary>
    public BigInteger? GiveFinalAmount { get; init; }
    public required long TakeChain { get; init; }
    public required string TakeToken { get; init; }
    public required BigInteger TakeAmount { get; init; }
    /// <summary>Null: not told apart from the amount.</summary>
    public BigInteger? TakeFinalAmount { get; init; }
    public BigInteger? ActualFulfillAmount { get; init; }
    /// <summary>What the user paid; null: follows from the other amounts, see <see cref="EffectiveInput"/>.</summary>
    public BigInteger? InputAmount { get; init; }
    public BigInteger? PercentFee { get; init; }
    public BigInteger? FinalPercentFee { get; init; }
    /// <summary>In the source chain's native unit; the other fees are in the give token.</summary>
    public BigInteger? FixFee { get; init; }
    /// <summary>What the integrator earns of the give token; null: unknown or none.</summary>
    public BigInteger? AffiliateAmount { get; init; }
    /// <summary>In millionths of a percent.</summary>
    public long? AffiliatePercent { get; init; }
    public string? AffiliateBeneficiary { get; init; }
    /// <summary>The amount was computed from the percent: the chain's own is not known.</summary>
    public bool AffiliateEstimated { get; init; }
    /// <summary>The contract keeps the fee until it is drawn.</summary>
    public bool AffiliateUnpaid { get; init; }
    /// <summary>Values in USD are millionths; null: unknown.</summary>
    public long? GiveUsd { get; init; }
    public long? TakeUsd { get; init; }
    public long? ProtocolFeeUsd { get; init; }
    public long? AffiliateUsd { get; init; }
    public ChainOrderState State { get; init; }
    public ExternalCallState ExternalCallState { get; init; }
    public ChainTradeType TradeType { get; init; }
    /// <summary>The block time of the creating transaction, or the best that is known.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>The chain's own time of creation is not known.</summary>
    public bool CreatedEstimated { get; init; }
    /// <summary>When the order reached the stage, as placed by analytics.</summary>
    public DateTimeOffset? FulfilledAt { get; init; }
    public DateTimeOffset? FinalAt { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
    /// <summary>When the upstream should be asked again; null: never.</summary>
    public DateTimeOffset? NextCheckAt { get; init; }
    public string? HoldReason { get; init; }
    /// <summary>Made by a wallet of the code's own integrator, and not counted as anybody's user.</summary>
    public bool SelfReferral { get; init; }
    public string? AutoCancelState { get; init; }
    public DateTimeOffset? AutoCancelAt { get; init; }
    public int AutoCancelAttempts { get; init; }
    public BigInteger? MakerOrderNonce { get; init; }
    public int? CreationIndex { get; init; }
    /// <summary>JSON; null: none.</summary>
    public string? Preswap { get; init; }
    /// <summary>JSON as it was given; null: none.</summary>
    public string? OrderMetadata { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The amount that the source side holds in the end.</summary>
    public BigInteger EffectiveGiveFinal => GiveFinalAmount ?? GiveAmount;

    public BigInteger EffectiveTakeFinal => TakeFinalAmount ?? TakeAmount;

    public BigInteger EffectiveFinalPercentFee => FinalPercentFee ?? PercentFee ?? BigInteger.Zero;

    /// <summary>What the user paid.</summary>
    public BigInteger EffectiveInput => InputAmount ?? (GiveAmount + EffectiveFinalPercentFee + (AffiliateAmount ?? BigInteger.Zero));
}

using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.ChainOrders;
using Tributary.Chains;

namespace Tributary.Server.Api.V1.ChainOrders;

/// <summary>One side of an order.</summary>
internal sealed record ChainSideAnswer(long ChainId, string Token, string Amount, string FinalAmount);

/// <param name="Percent">Null: not known.</param>
/// <param name="Estimated">Whether the amount was computed, because the chain's own is not known.</param>
internal sealed record ChainFeeAnswer(string? Percent, string? Amount, string? Beneficiary, bool Estimated);

/// <summary>Values in USD; null: not known.</summary>
internal sealed record ChainUsdAnswer(string? Give, string? Take, string? ProtocolFee, string? AffiliateFee);

/// <param name="State">Prepared, or the stage that the order has reached.</param>
/// <param name="Order">Null while it is only prepared.</param>
internal sealed record ChainListItemAnswer(string OrderId, string State, long? ReferralCode, DateTimeOffset CreatedAt, ChainOrderAnswer? Order)
{
    public static ChainListItemAnswer Of(ChainListItem item) => new(
        item.OrderId, item.State, item.Code, item.CreatedAt, item.Order is null ? null : ChainOrderAnswer.Of(item.Order));
}

/// <summary>An order on chains as it is known now.</summary>
internal sealed record ChainOrderAnswer
{
    public required string OrderId { get; init; }
    public required string Kind { get; init; }
    public required string State { get; init; }
    public required string ExternalCallState { get; init; }
    public required string TradeType { get; init; }
    public required long? ReferralCode { get; init; }

    /// <summary>Whom it is credited to; null: nobody.</summary>
    public required long? ReferrerId { get; init; }

    /// <summary>native, gateway or follower.</summary>
    public required string Source { get; init; }

    /// <summary>Made by a wallet of the integrator itself, and not counted as anybody's user.</summary>
    public required bool SelfReferral { get; init; }
    public required string Maker { get; init; }
    public required string? Creator { get; init; }
    public required string? Receiver { get; init; }
    public required string? Taker { get; init; }
    public required string? UnlockAuthorityDst { get; init; }
    public required string? GivePatchAuthoritySrc { get; init; }
    public required string? OrderAuthorityDst { get; init; }
    public required string? AllowedTakerDst { get; init; }
    public required string? AllowedCancelBeneficiarySrc { get; init; }
    public required string? CancelBeneficiarySrc { get; init; }
    public required ChainSideAnswer Give { get; init; }
    public required ChainSideAnswer Take { get; init; }
    public required string? ActualFulfillAmount { get; init; }
    public required string InputAmount { get; init; }
    public required string? PercentFee { get; init; }
    public required string FinalPercentFee { get; init; }
    public required string? FixFee { get; init; }
    public required ChainFeeAnswer AffiliateFee { get; init; }
    public required ChainUsdAnswer Usd { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether the block's own time is not known.</summary>
    public required bool CreatedEstimated { get; init; }
    public required DateTimeOffset? FulfilledAt { get; init; }
    public required DateTimeOffset? CancelledAt { get; init; }
    public required DateTimeOffset? FinalAt { get; init; }
    public required string? HoldReason { get; init; }
    public required string? MakerOrderNonce { get; init; }
    public required int? CreationIndex { get; init; }
    public required string? PreparedOrderId { get; init; }
    public required JsonNode? Preswap { get; init; }
    public required JsonNode? OrderMetadata { get; init; }

    public static ChainOrderAnswer Of(ChainOrder order) => new()
    {
        OrderId = order.OrderId,
        Kind = order.Kind.Text(),
        State = order.State.ToString(),
        ExternalCallState = order.ExternalCallState.ToString(),
        TradeType = order.TradeType.Text(),
        ReferralCode = order.ReferralCode,
        ReferrerId = order.ReferrerId,
        Source = order.Source.Text(),
        SelfReferral = order.SelfReferral,
        Maker = order.Maker,
        Creator = order.Creator,
        Receiver = order.Receiver,
        Taker = order.Taker,
        UnlockAuthorityDst = order.UnlockAuthority,
        GivePatchAuthoritySrc = order.GivePatchAuthority,
        OrderAuthorityDst = order.OrderAuthorityDst,
        AllowedTakerDst = order.AllowedTaker,
        AllowedCancelBeneficiarySrc = order.AllowedCancelBeneficiary,
        CancelBeneficiarySrc = order.CancelBeneficiary,
        Give = new ChainSideAnswer(order.GiveChain, order.GiveToken, Text(order.GiveAmount), Text(order.EffectiveGiveFinal)),
        Take = new ChainSideAnswer(order.TakeChain, order.TakeToken, Text(order.TakeAmount), Text(order.EffectiveTakeFinal)),
        ActualFulfillAmount = Text(order.ActualFulfillAmount),
        InputAmount = Text(order.EffectiveInput),
        PercentFee = Text(order.PercentFee),
        FinalPercentFee = Text(order.EffectiveFinalPercentFee),
        FixFee = Text(order.FixFee),
        AffiliateFee = new ChainFeeAnswer(
            order.AffiliatePercent is { } percent ? FeePercent.Text(percent) : null, Text(order.AffiliateAmount), order.AffiliateBeneficiary,
            order.AffiliateEstimated),
        Usd = new ChainUsdAnswer(UsdText(order.GiveUsd), UsdText(order.TakeUsd), UsdText(order.ProtocolFeeUsd), UsdText(order.AffiliateUsd)),
        CreatedAt = order.CreatedAt,
        CreatedEstimated = order.CreatedEstimated,
        FulfilledAt = order.FulfilledAt,
        CancelledAt = order.CancelledAt,
        FinalAt = order.FinalAt,
        HoldReason = order.HoldReason,
        MakerOrderNonce = Text(order.MakerOrderNonce),
        CreationIndex = order.CreationIndex,
        PreparedOrderId = order.PreparedOrderId,
        Preswap = order.Preswap is { } preswap ? JsonNode.Parse(preswap) : null,
        OrderMetadata = order.OrderMetadata is { } metadata ? JsonNode.Parse(metadata) : null,
    };

    private static string Text(BigInteger amount) => amount.ToString(CultureInfo.InvariantCulture);

    private static string? Text(BigInteger? amount) => amount?.ToString(CultureInfo.InvariantCulture);

    private static string? UsdText(long? millionths) => millionths is { } value ? UsdAmount.Text(value) : null;
}

/// <summary>A stage that the order has reached.</summary>
/// <param name="Standing">False: of a branch that turned out to be the wrong one.</param>
/// <param name="BlockTimestamp">Null: not known.</param>
internal sealed record ChainStageAnswer(
    string State, bool Standing, string? TransactionHash, long? BlockNumber, string? BlockHash, DateTimeOffset? BlockTimestamp,
    string? Initiator, string? SubmissionId, string? Supersedes, DateTimeOffset ReceivedAt)
{
    public static ChainStageAnswer Of(ChainStage stage) => new(
        stage.State.ToString(), stage.Standing, stage.TransactionHash, stage.BlockNumber, stage.BlockHash, stage.OccurredAt, stage.Initiator,
        stage.SubmissionId, stage.Supersedes, stage.ReceivedAt);
}

/// <summary>A report that contradicted what was known, and changed nothing.</summary>
internal sealed record ChainRefusalAnswer(string Problem, IReadOnlyList<string> Fields, JsonNode Report, DateTimeOffset ReceivedAt);

/// <param name="Events">Every stage with its transaction.</param>
/// <param name="Refused">What contradicted it.</param>
/// <param name="Explanation">Why it is credited as it is: what became of its code.</param>
internal sealed record ChainOrderStoryAnswer(
    ChainOrderAnswer Order, IReadOnlyList<ChainStageAnswer> Events, IReadOnlyList<ChainRefusalAnswer> Refused, JsonNode Explanation)
{
    public static ChainOrderStoryAnswer Of(ChainOrderStory story) => new(
        ChainOrderAnswer.Of(story.Order),
        [.. story.Stages.Select(ChainStageAnswer.Of)],
        [.. story.Refused.Select(refused => new ChainRefusalAnswer(refused.Problem, refused.Fields, refused.Report, refused.ReceivedAt))],
        story.Explanation);
}

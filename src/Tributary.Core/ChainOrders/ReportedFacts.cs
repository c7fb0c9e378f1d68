namespace Tributary.ChainOrders;

/// <summary>
/// Lays a report over what is known: a known value never changes, an unknown one is filled once (debridge.md § 4.1). Values in
/// USD and what only describes are no contradiction where they differ; the first stays.
/// </summary>
internal sealed class ReportedFacts
{
    private readonly List<string> conflicts = [];

    /// <summary>Members of the report that contradict what is known.</summary>
    public IReadOnlyList<string> Conflicts => conflicts;

    public ChainOrder Merge(ChainOrder known, ChainOrderReport report)
    {
        Equal("kind", known.Kind, report.Kind);
        Equal("give.chainId", known.GiveChain, report.Give.ChainId);
        Equal("give.token", known.GiveToken, report.Give.Token);
        Equal("give.amount", known.GiveAmount, report.Give.Amount);
        Equal("take.chainId", known.TakeChain, report.Take.ChainId);
        Equal("take.token", known.TakeToken, report.Take.Token);
        Equal("take.amount", known.TakeAmount, report.Take.Amount);
        Equal("maker", known.Maker, report.Maker);
        if (report.TradeType is { } tradeType)
            Equal("tradeType", known.TradeType, tradeType);
        return AffiliateFees.Computed(MergeFee(MergeAmounts(MergeParties(known, report), report), report) with
        {
            ReferralCode = known.ReferralCode ?? report.Code,
            PreparedOrderId = known.PreparedOrderId ?? report.PreparedOrderId,
            GiveUsd = known.GiveUsd ?? report.GiveUsd,
            TakeUsd = known.TakeUsd ?? report.TakeUsd,
            ProtocolFeeUsd = known.ProtocolFeeUsd ?? report.ProtocolFeeUsd,
            ExternalCallState = ExternalCallStates.Latest(known.ExternalCallState, report.ExternalCallState ?? ExternalCallState.NoExtCall),
            MakerOrderNonce = Fill("makerOrderNonce", known.MakerOrderNonce, report.MakerOrderNonce),
            CreationIndex = Fill("creationIndex", known.CreationIndex, report.CreationIndex),
            Preswap = known.Preswap ?? report.Preswap,
            OrderMetadata = known.OrderMetadata ?? report.OrderMetadata,
        });
    }

    /// <param name="known">The creating event as it is known; null: it is not.</param>
    public void CompareCreation(ChainStage? known, ChainOrderReport report)
    {
        if (known is null || (known.Supersedes is { } replaced && replaced == report.CreationTransactionHash))
            return;
        Fill("creationTransactionHash", known.TransactionHash, report.CreationTransactionHash);
        Fill("createdBlock", known.BlockNumber, report.CreatedBlock);
        Fill("createdBlockHash", known.BlockHash, report.CreatedBlockHash);
        Fill("createdAt", known.OccurredAt, report.CreatedAt);
    }

    private ChainOrder MergeParties(ChainOrder known, ChainOrderReport report) => known with
    {
        Creator = Fill("creator", known.Creator, report.Creator),
        Receiver = Fill("receiver", known.Receiver, report.Receiver),
        OrderAuthorityDst = Fill("orderAuthorityDst", known.OrderAuthorityDst, report.OrderAuthorityDst),
        GivePatchAuthority = Fill("givePatchAuthoritySrc", known.GivePatchAuthority, report.GivePatchAuthority),
        AllowedTaker = Fill("allowedTakerDst", known.AllowedTaker, report.AllowedTaker),
        AllowedCancelBeneficiary = Fill("allowedCancelBeneficiarySrc", known.AllowedCancelBeneficiary, report.AllowedCancelBeneficiary),
        UnlockAuthority = Fill("unlockAuthorityDst", known.UnlockAuthority, report.UnlockAuthority),
    };

    private ChainOrder MergeAmounts(ChainOrder known, ChainOrderReport report) => known with
    {
        GiveFinalAmount = Fill("give.finalAmount", known.GiveFinalAmount, report.Give.FinalAmount),
        TakeFinalAmount = Fill("take.finalAmount", known.TakeFinalAmount, report.Take.FinalAmount),
        PercentFee = Fill("percentFee", known.PercentFee, report.PercentFee),
        FinalPercentFee = Fill("finalPercentFee", known.FinalPercentFee, report.FinalPercentFee),
        FixFee = Fill("fixFee", known.FixFee, report.FixFee),
        InputAmount = Fill("inputAmount", known.InputAmount, report.InputAmount),
    };

    /// <summary>What the chain holds wins over what was computed; after that it stays.</summary>
    private ChainOrder MergeFee(ChainOrder known, ChainOrderReport report)
    {
        var computed = known.AffiliateEstimated && report.AffiliateAmount is not null;
        return known with
        {
            AffiliatePercent = Fill("affiliateFee.percent", known.AffiliatePercent, report.AffiliatePercent),
            AffiliateBeneficiary = Fill("affiliateFee.beneficiary", known.AffiliateBeneficiary, report.AffiliateBeneficiary),
            AffiliateAmount = computed
                ? report.AffiliateAmount
                : Fill("affiliateFee.amount", known.AffiliateAmount, report.AffiliateAmount),
            AffiliateEstimated = known.AffiliateEstimated && !computed,
        };
    }

    private void Equal<T>(string field, T known, T reported)
    {
        if (!EqualityComparer<T>.Default.Equals(known, reported))
            conflicts.Add(field);
    }

    private T? Fill<T>(string field, T? known, T? reported)
        where T : struct
    {
        if (known is { } value && reported is { } other)
            Equal(field, value, other);
        return known ?? reported;
    }

    private string? Fill(string field, string? known, string? reported)
    {
        if (known is not null && reported is not null)
            Equal(field, known, reported);
        return known ?? reported;
    }
}

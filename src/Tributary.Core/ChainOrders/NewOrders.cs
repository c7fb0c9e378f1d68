namespace Tributary.ChainOrders;

/// <summary>What an order is before anything but its sides and its wallet is known, and the event that created it.</summary>
internal static class NewOrders
{
    public static ChainOrder Of(ChainOrderReport report, ChainOrderSource source, long key, long maker, DateTimeOffset now) => new()
    {
        Key = key,
        CustomerId = maker,
        OrderId = report.OrderId,
        Kind = report.Kind,
        Source = source,
        Maker = report.Maker,
        GiveChain = report.Give.ChainId,
        GiveToken = report.Give.Token,
        GiveAmount = report.Give.Amount,
        TakeChain = report.Take.ChainId,
        TakeToken = report.Take.Token,
        TakeAmount = report.Take.Amount,
        TradeType = report.TradeType ?? ChainTradeType.Market,
        CreatedAt = now,
        ReceivedAt = now,
    };

    /// <summary>The report by a key that is bound to an integrator: under its code, and what a token is called is not its to say for all.</summary>
    public static ChainOrderReport OfBound(ChainOrderReport report, OwnCode own)
    {
        return report with { Code = own.Code, Give = Unnamed(report.Give), Take = Unnamed(report.Take) };

        static ChainSideReport Unnamed(ChainSideReport side) => side with { Decimals = null, Symbol = null, Name = null, LogoUri = null };
    }

    public static ChainEventReport Creation(ChainOrderReport report) => new()
    {
        OrderId = report.OrderId,
        State = ChainOrderState.Created,
        TransactionHash = report.CreationTransactionHash,
        BlockNumber = report.CreatedBlock,
        BlockHash = report.CreatedBlockHash,
        BlockTimestamp = report.CreatedAt,
        Initiator = report.Creator,
    };

    /// <summary>
    /// The order without what was only estimated as the gateway handed it out: what the first report of it says takes its
    /// place, and the result is as if the report had come before the events. Its code and what events told stay.
    /// </summary>
    public static ChainOrder WithoutEstimates(ChainOrder known, ChainOrderReport report, ChainOrderSource source) => known with
    {
        Source = source,
        GiveChain = report.Give.ChainId,
        GiveToken = report.Give.Token,
        GiveAmount = report.Give.Amount,
        GiveFinalAmount = report.Give.FinalAmount ?? known.GiveFinalAmount,
        TakeChain = report.Take.ChainId,
        TakeToken = report.Take.Token,
        TakeAmount = report.Take.Amount,
        TakeFinalAmount = report.Take.FinalAmount ?? known.TakeFinalAmount,
        TradeType = report.TradeType ?? known.TradeType,
        Creator = report.Creator ?? known.Creator,
        Receiver = report.Receiver ?? known.Receiver,
        OrderAuthorityDst = report.OrderAuthorityDst ?? known.OrderAuthorityDst,
        GivePatchAuthority = report.GivePatchAuthority ?? known.GivePatchAuthority,
        AllowedTaker = report.AllowedTaker ?? known.AllowedTaker,
        AllowedCancelBeneficiary = report.AllowedCancelBeneficiary ?? known.AllowedCancelBeneficiary,
        UnlockAuthority = report.UnlockAuthority ?? known.UnlockAuthority,
        PercentFee = report.PercentFee ?? known.PercentFee,
        FinalPercentFee = report.FinalPercentFee,
        FixFee = report.FixFee ?? known.FixFee,
        InputAmount = report.InputAmount,
        AffiliatePercent = report.AffiliatePercent ?? known.AffiliatePercent,
        AffiliateBeneficiary = report.AffiliateBeneficiary ?? known.AffiliateBeneficiary,
        AffiliateAmount = report.AffiliateAmount ?? (known.AffiliateEstimated ? null : known.AffiliateAmount),
        AffiliateEstimated = false,
        GiveUsd = report.GiveUsd ?? known.GiveUsd,
        TakeUsd = report.TakeUsd ?? known.TakeUsd,
        ProtocolFeeUsd = report.ProtocolFeeUsd ?? known.ProtocolFeeUsd,
        Preswap = report.Preswap ?? known.Preswap,
    };

    /// <summary>
    /// The report with what the gateway knew before: its code stays whatever the report says, and everything else of it only
    /// fills what the report leaves open.
    /// </summary>
    public static ChainOrderReport Over(ChainOrderReport report, PreparedOrder prepared)
    {
        var facts = prepared.Facts;
        return report with
        {
            Code = prepared.Code ?? report.Code,
            Creator = report.Creator ?? facts.Creator,
            Receiver = report.Receiver ?? facts.Receiver,
            OrderAuthorityDst = report.OrderAuthorityDst ?? facts.OrderAuthorityDst,
            GivePatchAuthority = report.GivePatchAuthority ?? facts.GivePatchAuthority,
            AllowedTaker = report.AllowedTaker ?? facts.AllowedTaker,
            AllowedCancelBeneficiary = report.AllowedCancelBeneficiary ?? facts.AllowedCancelBeneficiary,
            UnlockAuthority = report.UnlockAuthority ?? facts.UnlockAuthority,
            PercentFee = report.PercentFee ?? facts.PercentFee,
            FixFee = report.FixFee ?? facts.FixFee,
            AffiliatePercent = report.AffiliatePercent ?? facts.AffiliatePercent,
            AffiliateBeneficiary = report.AffiliateBeneficiary ?? facts.AffiliateBeneficiary,
            TradeType = report.TradeType ?? facts.TradeType,
            Preswap = report.Preswap ?? facts.Preswap,
            GiveUsd = report.GiveUsd ?? facts.GiveUsd,
            TakeUsd = report.TakeUsd ?? facts.TakeUsd,
            ProtocolFeeUsd = report.ProtocolFeeUsd ?? facts.ProtocolFeeUsd,
        };
    }

    /// <summary>The report of an order whose id the chain made otherwise than announced: only the code and values in USD are taken over.</summary>
    public static ChainOrderReport WithTwin(ChainOrderReport report, PreparedOrder twin) => report with
    {
        Code = report.Code ?? twin.Code,
        PreparedOrderId = report.PreparedOrderId ?? twin.OrderId,
        GiveUsd = report.GiveUsd ?? twin.Facts.GiveUsd,
        TakeUsd = report.TakeUsd ?? twin.Facts.TakeUsd,
        ProtocolFeeUsd = report.ProtocolFeeUsd ?? twin.Facts.ProtocolFeeUsd,
    };
}

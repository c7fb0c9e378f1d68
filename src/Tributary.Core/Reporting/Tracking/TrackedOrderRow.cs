using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Chains;

namespace Tributary.Reporting.Tracking;

/// <summary>A row of <c>chain_orders</c> as it is read; amounts as text, because they have up to 78 digits.</summary>
internal sealed record TrackedOrderRow
{
    public const string Columns = """
        o.order_key, o.order_id, o.kind, o.referral_code, o.state, o.external_call_state, o.trade_type, o.created_at,
        o.maker, o.creator, o.receiver, o.taker, o.unlock_authority, o.give_patch_authority, o.order_authority_dst, o.allowed_taker,
        o.allowed_cancel_beneficiary, o.cancel_beneficiary, o.give_chain, o.give_token, o.give_amount::text as give_amount,
        o.give_final_amount::text as give_final_amount, o.take_chain, o.take_token, o.take_amount::text as take_amount,
        o.take_final_amount::text as take_final_amount, o.actual_fulfill_amount::text as actual_fulfill_amount,
        o.percent_fee::text as percent_fee, o.final_percent_fee::text as final_percent_fee, o.fix_fee::text as fix_fee,
        o.affiliate_amount::text as affiliate_amount, o.affiliate_beneficiary, o.give_usd, o.maker_order_nonce::text as maker_order_nonce,
        o.preswap::text as preswap, o.order_metadata::text as order_metadata
        """;

    public long OrderKey { get; init; }
    public required string OrderId { get; init; }
    public required string Kind { get; init; }
    public long? ReferralCode { get; init; }
    public required string State { get; init; }
    public required string ExternalCallState { get; init; }
    public required string TradeType { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
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
    public long GiveChain { get; init; }
    public required string GiveToken { get; init; }
    public required string GiveAmount { get; init; }
    public string? GiveFinalAmount { get; init; }
    public long TakeChain { get; init; }
    public required string TakeToken { get; init; }
    public required string TakeAmount { get; init; }
    public string? TakeFinalAmount { get; init; }
    public string? ActualFulfillAmount { get; init; }
    public string? PercentFee { get; init; }
    public string? FinalPercentFee { get; init; }
    public string? FixFee { get; init; }
    public string? AffiliateAmount { get; init; }
    public string? AffiliateBeneficiary { get; init; }
    public long? GiveUsd { get; init; }
    public string? MakerOrderNonce { get; init; }
    public string? Preswap { get; init; }
    public string? OrderMetadata { get; init; }

    private JsonObject? PreswapFacts => Preswap is null ? null : JsonNode.Parse(Preswap)!.AsObject();

    /// <summary>The tokens that are named, to be looked up.</summary>
    public IEnumerable<(long ChainId, string Token)> Tokens
    {
        get
        {
            yield return (GiveChain, GiveToken);
            yield return (TakeChain, TakeToken);
            if (PreswapFacts is not { } preswap)
                yield break;
            var chainId = (long)preswap["chainId"]!;
            yield return (chainId, (string)preswap["inToken"]!);
            yield return (chainId, (string)preswap["outToken"]!);
        }
    }

    public TrackedOrder ToOrder(Func<long, string, TokenFacts> facts, IReadOnlyDictionary<string, TrackedStage> stages) => new()
    {
        OrderKey = OrderKey,
        OrderId = OrderId,
        IsSwap = Kind == "same_chain",
        Code = ReferralCode,
        State = Kind == "same_chain" ? "Fulfilled" : State,
        ExternalCallState = ExternalCallState,
        IsLimit = TradeType == "limit",
        CreatedAt = CreatedAt,
        Give = new TrackedSide(GiveChain, GiveToken, Amount(GiveAmount), Amount(GiveFinalAmount ?? GiveAmount), facts(GiveChain, GiveToken)),
        Take = new TrackedSide(TakeChain, TakeToken, Amount(TakeAmount), Amount(TakeFinalAmount ?? TakeAmount), facts(TakeChain, TakeToken)),
        Maker = Maker,
        Creator = Creator,
        Receiver = Receiver,
        Taker = Taker,
        UnlockAuthority = UnlockAuthority,
        GivePatchAuthority = GivePatchAuthority,
        OrderAuthorityDst = OrderAuthorityDst,
        AllowedTaker = AllowedTaker,
        AllowedCancelBeneficiary = AllowedCancelBeneficiary,
        CancelBeneficiary = CancelBeneficiary,
        ActualFulfillAmount = Amount(ActualFulfillAmount),
        PercentFee = Amount(PercentFee),
        FinalPercentFee = Amount(FinalPercentFee ?? PercentFee),
        FixFee = Amount(FixFee),
        AffiliateAmount = Amount(AffiliateAmount),
        AffiliateBeneficiary = AffiliateBeneficiary,
        GiveUsd = GiveUsd,
        MakerOrderNonce = MakerOrderNonce is { } nonce ? ulong.Parse(nonce, CultureInfo.InvariantCulture) : null,
        Preswap = PreswapFacts is { } preswap ? PreswapOf(preswap, facts) : null,
        Metadata = OrderMetadata is { } metadata ? JsonNode.Parse(metadata)!.AsObject() : null,
        Stages = stages,
    };

    private static TrackedPreswap PreswapOf(JsonObject preswap, Func<long, string, TokenFacts> facts)
    {
        var (chainId, inToken, outToken) = ((long)preswap["chainId"]!, (string)preswap["inToken"]!, (string)preswap["outToken"]!);
        return new TrackedPreswap(
            chainId, inToken, Amount((string?)preswap["inAmount"]), facts(chainId, inToken),
            outToken, Amount((string?)preswap["outAmount"]), facts(chainId, outToken));
    }

    /// <summary>Unknown or none is 0.</summary>
    private static ChainAmount Amount(string? digits) =>
        digits is null ? ChainAmount.Zero : new ChainAmount(BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture));
}

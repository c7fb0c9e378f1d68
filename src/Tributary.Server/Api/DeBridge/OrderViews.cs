using System.Text.Json;
using Tributary.Chains;
using Tributary.Reporting.Tracking;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Orders and swaps as the tracking service writes them (debridge.md § 4.6, 4.7).</summary>
/// <param name="chains">The programme's.</param>
internal sealed class OrderViews(ChainTable chains)
{
    /// <summary>Stages whose object is there even where nothing is known: clients read through it unchecked.</summary>
    private static readonly (string Name, string State)[] InfoStages =
    [
        ("sentUnlockDstEventInfo", "SentUnlock"),
        ("claimedUnlockSrcEventInfo", "ClaimedUnlock"),
        ("sentOrderCancelDstEventInfo", "SentOrderCancel"),
        ("claimedOrderCancelSrcEventInfo", "ClaimedOrderCancel"),
    ];

    /// <summary>One of a list.</summary>
    public void WriteItem(Utf8JsonWriter json, TrackedOrder order)
    {
        json.WriteStartObject();
        json.WriteHash("orderId", order.OrderId);
        json.WriteSeconds("creationTimestamp", order.CreatedAt);
        WriteOffer(json, "giveOfferWithMetadata", order.Give, withMetadata: true);
        WriteOffer(json, "takeOfferWithMetadata", order.Take, withMetadata: true);
        json.WriteString("state", order.State);
        json.WriteString("externalCallState", order.ExternalCallState);
        json.WriteAmount("finalPercentFee", order.FinalPercentFee);
        json.WriteAmount("fixFee", order.FixFee);
        WriteAffiliateFee(json, order);
        json.WriteAddressOrNull("unlockAuthorityDst", order.UnlockAuthority, Destination(order));
        json.WriteHashOrNull("createEventTransactionHash", CreationHash(order), Source(order));
        WritePreswap(json, order.Preswap);
        WriteMetadata(json, order);
        json.WriteString("tradeType", TradeType(order));
        json.WriteNumberOrNull("referralCode", order.Code);
        if (order.IsSwap)
            WriteSwapMembers(json, order);
        json.WriteEndObject();
    }

    public void WriteLite(Utf8JsonWriter json, TrackedOrder order)
    {
        json.WriteStartObject();
        WriteBeginning(json, order);
        WriteOffer(json, "giveOffer", order.Give, withMetadata: false);
        WriteOffer(json, "takeOffer", order.Take, withMetadata: false);
        WriteParties(json, order);
        json.WriteEndObject();
    }

    public void WriteFull(Utf8JsonWriter json, TrackedOrder order)
    {
        json.WriteStartObject();
        WriteBeginning(json, order);
        WriteOffer(json, "giveOfferWithMetadata", order.Give, withMetadata: true);
        WriteOffer(json, "takeOfferWithMetadata", order.Take, withMetadata: true);
        WriteParties(json, order);
        json.WriteAddress("taker", order.Taker, Destination(order));
        json.WriteAmount("actualFulfillAmount", order.ActualFulfillAmount);
        json.WriteAddress("cancelBeneficiarySrc", order.CancelBeneficiary, Source(order));
        json.WriteAmount("percentFee", order.PercentFee);
        json.WriteAmount("finalPercentFee", order.FinalPercentFee);
        json.WriteAmount("fixFee", order.FixFee);
        WriteAffiliateFee(json, order);
        WritePreswap(json, order.Preswap);
        WriteMetadata(json, order);
        json.WriteString("tradeType", TradeType(order));
        WriteStage(json, "createdSrcEventMetadata", order, "Created");
        WriteStage(json, "fulfilledDstEventMetadata", order, "Fulfilled");
        foreach (var (name, state) in InfoStages)
        {
            json.WriteStartObject(name);
            WriteStage(json, "transactionMetadata", order, state);
            if (state == "SentOrderCancel")
                json.WriteHashOrNull("submissionId", order.Stages.GetValueOrDefault(state)?.SubmissionId, Destination(order));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    public void WriteSwap(Utf8JsonWriter json, TrackedOrder swap)
    {
        json.WriteStartObject();
        json.WriteHash("swapId", swap.OrderId);
        json.WriteAmount("chainId", swap.Give.ChainId);
        json.WriteAddress("sender", swap.Creator ?? swap.Maker, Source(swap));
        json.WriteAddress("recipient", swap.Receiver, Source(swap));
        WriteSwapToken(json, "tokenIn", swap.Give);
        WriteSwapToken(json, "tokenOut", swap.Take);
        json.WriteHash("transactionHash", CreationHash(swap), Source(swap));
        json.WriteSeconds("blockTimeStamp", swap.CreatedAt);
        json.WriteStartObject("affiliateFee");
        json.WriteStartObject("affiliateFee");
        json.WriteAddress("tokenAddress", swap.Give.Token, Source(swap));
        json.WriteAmount("amount", swap.AffiliateAmount);
        WriteFacts(json, "metadata", swap.Give.Facts);
        json.WriteEndObject();
        json.WriteAddress("beneficiary", swap.AffiliateBeneficiary, Source(swap));
        json.WriteEndObject();
        json.WriteString("state", swap.State);
        json.WriteNumberOrNull("referralCode", swap.Code);
        json.WriteEndObject();
    }

    private static void WriteBeginning(Utf8JsonWriter json, TrackedOrder order)
    {
        json.WriteHash("orderId", order.OrderId);
        json.WriteSeconds("creationTimestamp", order.CreatedAt);
        json.WriteString("state", order.State);
        json.WriteString("externalCallState", order.ExternalCallState);
        if (order.MakerOrderNonce is { } nonce)
            json.WriteNumber("makerOrderNonce", nonce);
        else
            json.WriteNull("makerOrderNonce");
    }

    private void WriteParties(Utf8JsonWriter json, TrackedOrder order)
    {
        json.WriteAddress("makerSrc", order.Maker, Source(order));
        json.WriteAddress("receiverDst", order.Receiver, Destination(order));
        json.WriteAddress("givePatchAuthoritySrc", order.GivePatchAuthority, Source(order));
        json.WriteAddress("orderAuthorityAddressDst", order.OrderAuthorityDst, Destination(order));
        json.WriteAddress("allowedTakerDst", order.AllowedTaker, Destination(order));
        json.WriteAddress("allowedCancelBeneficiarySrc", order.AllowedCancelBeneficiary, Source(order));
        json.WriteNumberOrNull("referralCode", order.Code);
    }

    private void WriteOffer(Utf8JsonWriter json, string name, TrackedSide side, bool withMetadata)
    {
        json.WriteStartObject(name);
        json.WriteAmount("chainId", side.ChainId);
        json.WriteAddress("tokenAddress", side.Token, chains.FamilyOf(side.ChainId));
        json.WriteAmount("amount", side.Amount);
        if (withMetadata)
        {
            json.WriteAmount("finalAmount", side.FinalAmount);
            WriteFacts(json, "metadata", side.Facts);
            WriteFacts(json, side.Facts);
        }
        json.WriteEndObject();
    }

    private void WriteSwapToken(Utf8JsonWriter json, string name, TrackedSide side)
    {
        json.WriteStartObject(name);
        json.WriteAddress("tokenAddress", side.Token, chains.FamilyOf(side.ChainId));
        json.WriteAmount("amount", side.Amount);
        json.WriteAmount("finalAmount", side.FinalAmount);
        WriteFacts(json, "metadata", side.Facts);
        json.WriteEndObject();
    }

    private void WriteSwapMembers(Utf8JsonWriter json, TrackedOrder swap)
    {
        json.WriteHash("swapId", swap.OrderId);
        json.WriteAddress("sender", swap.Creator ?? swap.Maker, Source(swap));
        json.WriteAddress("recipient", swap.Receiver, Source(swap));
        json.WriteHash("transactionHash", CreationHash(swap), Source(swap));
    }

    /// <summary>Always an object: without a fee its amount is 0.</summary>
    private void WriteAffiliateFee(Utf8JsonWriter json, TrackedOrder order)
    {
        json.WriteStartObject("affiliateFee");
        json.WriteAddress("beneficiarySrc", order.AffiliateBeneficiary, Source(order));
        json.WriteAmount("amount", order.AffiliateAmount);
        json.WriteEndObject();
    }

    private void WritePreswap(Utf8JsonWriter json, TrackedPreswap? preswap)
    {
        if (preswap is null)
        {
            json.WriteNull("preswapData");
            return;
        }
        var family = chains.FamilyOf(preswap.ChainId);
        json.WriteStartObject("preswapData");
        json.WriteAmount("chainId", preswap.ChainId);
        json.WriteAddress("inTokenAddress", preswap.InToken, family);
        json.WriteAmount("inAmount", preswap.InAmount);
        WriteFacts(json, "tokenInMetadata", preswap.InFacts);
        json.WriteTextOrNull("tokenInLogoURI", preswap.InFacts.LogoUri);
        json.WriteAddress("outTokenAddress", preswap.OutToken, family);
        json.WriteAmount("outAmount", preswap.OutAmount);
        WriteFacts(json, "tokenOutMetadata", preswap.OutFacts);
        json.WriteTextOrNull("tokenOutLogoURI", preswap.OutFacts.LogoUri);
        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, TrackedOrder order)
    {
        json.WritePropertyName("orderMetadata");
        if (order.Metadata is { } metadata)
            metadata.WriteTo(json);
        else
            json.WriteNullValue();
    }

    private void WriteStage(Utf8JsonWriter json, string name, TrackedOrder order, string state)
    {
        if (!order.Stages.TryGetValue(state, out var stage))
        {
            json.WriteNull(name);
            return;
        }
        var family = state is "Created" or "ClaimedUnlock" or "ClaimedOrderCancel" ? Source(order) : Destination(order);
        json.WriteStartObject(name);
        json.WriteHash("transactionHash", stage.TransactionHash, family);
        json.WriteAmount("blockNumber", stage.BlockNumber);
        json.WriteHash("blockHash", stage.BlockHash, family);
        json.WriteNumberOrNull("blockTimeStamp", stage.OccurredAt?.ToUnixTimeSeconds());
        json.WriteAddress("initiator", stage.Initiator, family);
        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, string name, TokenFacts facts)
    {
        json.WriteStartObject(name);
        WriteFacts(json, facts);
        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, TokenFacts facts)
    {
        json.WriteNumberOrNull("decimals", facts.Decimals);
        json.WriteTextOrNull("name", facts.Name);
        json.WriteTextOrNull("symbol", facts.Symbol);
        json.WriteTextOrNull("logoURI", facts.LogoUri);
    }

    private ChainFamily? Source(TrackedOrder order) => chains.FamilyOf(order.Give.ChainId);

    private ChainFamily? Destination(TrackedOrder order) => chains.FamilyOf(order.Take.ChainId);

    private static string? CreationHash(TrackedOrder order) => order.Stages.GetValueOrDefault("Created")?.TransactionHash;

    private static string TradeType(TrackedOrder order) => order.IsSwap ? "SameChain" : order.IsLimit ? "Limit" : "Market";
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.ChainOrders;
using Tributary.Chains;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1.ChainOrders;

/// <summary>An order on chains as a platform's back end reports it. Amounts are strings of digits.</summary>
internal sealed record ChainOrderBody
{
    private const int MostMetadataBytes = 4096;
    private const int MostEvents = 50;

    /// <summary>32 bytes in hexadecimal; of a swap on one chain it may be left out.</summary>
    public string? OrderId { get; init; }

    /// <summary>cross_chain (when left out) or same_chain.</summary>
    public string? Kind { get; init; }

    /// <summary>A number or its text; null, an empty text and 0 are no code.</summary>
    public Scalar? ReferralCode { get; init; }

    /// <summary>The block's time, Unix seconds or ISO 8601; left out: when it was received.</summary>
    public Scalar? CreatedAt { get; init; }
    public Scalar? CreatedBlock { get; init; }
    public string? CreatedBlockHash { get; init; }
    public string? CreationTransactionHash { get; init; }
    public int? CreationIndex { get; init; }
    public required string Maker { get; init; }
    public string? Creator { get; init; }
    public string? Receiver { get; init; }
    public string? OrderAuthorityDst { get; init; }
    public string? GivePatchAuthoritySrc { get; init; }
    public string? AllowedTakerDst { get; init; }
    public string? AllowedCancelBeneficiarySrc { get; init; }
    public string? UnlockAuthorityDst { get; init; }
    public required ChainSideBody Give { get; init; }
    public required ChainSideBody Take { get; init; }
    public string? PercentFee { get; init; }
    public string? FinalPercentFee { get; init; }

    /// <summary>In the source chain's native unit.</summary>
    public string? FixFee { get; init; }
    public ChainFeeBody? AffiliateFee { get; init; }
    public string? InputAmount { get; init; }
    public ChainUsdBody? Usd { get; init; }

    /// <summary>market (when left out) or limit.</summary>
    public string? TradeType { get; init; }
    public string? ExternalCallState { get; init; }
    public Scalar? MakerOrderNonce { get; init; }
    public ChainPreswapBody? Preswap { get; init; }
    public JsonObject? OrderMetadata { get; init; }

    /// <summary>The id that the gateway announced, where the chain's differs.</summary>
    public string? PreparedOrderId { get; init; }

    /// <summary>Stages that the order has reached already.</summary>
    public IReadOnlyList<ChainEventBody>? Events { get; init; }

    public Outcome<ChainOrderReport> ToReport(ChainTable chains)
    {
        var read = new ChainReading(chains);
        var kind = ReadKind(read);
        var give = Give.ToReport(read, "give");
        var take = Take.ToReport(read, "take");
        var hash = read.Hash(CreationTransactionHash, give.ChainId, "creationTransactionHash");
        CheckSwap(read, kind, give, take, hash);
        var id = kind == ChainOrderKind.SameChain && OrderId is null && hash is not null ? SwapId(give.ChainId, hash) : read.OrderId(OrderId);
        var report = Parties(read, give, take, new ChainOrderReport
        {
            OrderId = id,
            Kind = kind,
            Code = read.Code(ReferralCode),
            Maker = read.Address(Maker, give.ChainId, "maker", required: true) ?? "",
            Give = give,
            Take = take,
            CreationTransactionHash = hash,
            CreatedAt = read.Time(CreatedAt, "createdAt"),
            CreatedBlock = (long?)read.Whole(CreatedBlock, long.MaxValue, "createdBlock"),
            CreatedBlockHash = read.Hash(CreatedBlockHash, give.ChainId, "createdBlockHash"),
            CreationIndex = CreationIndex,
            PreparedOrderId = PreparedOrderId is null ? null : read.OrderId(PreparedOrderId, "preparedOrderId"),
            TradeType = ReadTradeType(read),
            ExternalCallState = ChainEventBody.ReadExternalCall(read, ExternalCallState),
            MakerOrderNonce = read.Whole(MakerOrderNonce, ulong.MaxValue, "makerOrderNonce"),
            Preswap = Preswap?.ToJson(read),
            OrderMetadata = ReadMetadata(read),
        });
        report = Amounts(read, give, report) with { Events = ReadEvents(read, id, chains) };
        return read.Problem is { } problem ? problem : report;
    }

    private ChainOrderReport Parties(ChainReading read, ChainSideReport give, ChainSideReport take, ChainOrderReport report) => report with
    {
        Creator = read.Address(Creator, give.ChainId, "creator"),
        Receiver = read.Address(Receiver, take.ChainId, "receiver"),
        OrderAuthorityDst = read.Address(OrderAuthorityDst, take.ChainId, "orderAuthorityDst"),
        GivePatchAuthority = read.Address(GivePatchAuthoritySrc, give.ChainId, "givePatchAuthoritySrc"),
        AllowedTaker = read.Address(AllowedTakerDst, take.ChainId, "allowedTakerDst"),
        AllowedCancelBeneficiary = read.Address(AllowedCancelBeneficiarySrc, give.ChainId, "allowedCancelBeneficiarySrc"),
        UnlockAuthority = read.Address(UnlockAuthorityDst, take.ChainId, "unlockAuthorityDst"),
    };

    private ChainOrderReport Amounts(ChainReading read, ChainSideReport give, ChainOrderReport report)
    {
        var fee = read.Amount(AffiliateFee?.Amount, "affiliateFee.amount");
        if (fee is { IsZero: false } && AffiliateFee!.Beneficiary is null)
            read.Refuse("affiliateFee.beneficiary", "A fee has a beneficiary.", ProblemCode.MissingField);
        return report with
        {
            PercentFee = read.Amount(PercentFee, "percentFee"),
            FinalPercentFee = read.Amount(FinalPercentFee, "finalPercentFee"),
            FixFee = read.Amount(FixFee, "fixFee"),
            AffiliatePercent = read.Percent(AffiliateFee?.Percent, "affiliateFee.percent"),
            AffiliateAmount = fee,
            AffiliateBeneficiary = read.Address(AffiliateFee?.Beneficiary, give.ChainId, "affiliateFee.beneficiary"),
            InputAmount = read.Amount(InputAmount, "inputAmount"),
            GiveUsd = read.Usd(Usd?.Give, "usd.give"),
            TakeUsd = read.Usd(Usd?.Take, "usd.take"),
            ProtocolFeeUsd = read.Usd(Usd?.ProtocolFee, "usd.protocolFee"),
        };
    }

    private ChainOrderKind ReadKind(ChainReading read)
    {
        if (Kind is not (null or "cross_chain" or "same_chain"))
            read.Refuse("kind", "The kinds are cross_chain and same_chain.");
        return Kind == "same_chain" ? ChainOrderKind.SameChain : ChainOrderKind.CrossChain;
    }

    private ChainTradeType? ReadTradeType(ChainReading read)
    {
        if (TradeType is not (null or "market" or "limit"))
            read.Refuse("tradeType", "The types are market and limit.");
        return TradeType switch { "market" => ChainTradeType.Market, "limit" => ChainTradeType.Limit, _ => null };
    }

    private static void CheckSwap(ChainReading read, ChainOrderKind kind, ChainSideReport give, ChainSideReport take, string? hash)
    {
        if (kind == ChainOrderKind.CrossChain)
            return;
        if (give.ChainId != take.ChainId)
            read.Refuse("take.chainId", "Both sides of a swap are on one chain.");
        if (hash is null)
            read.Refuse("creationTransactionHash", "A swap is known by its transaction.", ProblemCode.MissingField);
    }

    private static string SwapId(long chainId, string hash)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{chainId}:{hash}");
        return "0x" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private string? ReadMetadata(ChainReading read)
    {
        var text = OrderMetadata?.ToJsonString();
        if (text is not null && Encoding.UTF8.GetByteCount(text) > MostMetadataBytes)
            read.Refuse("orderMetadata", $"At most {MostMetadataBytes} bytes.", ProblemCode.TooLong);
        return text;
    }

    private List<ChainEventReport> ReadEvents(ChainReading read, string id, ChainTable chains)
    {
        var events = new List<ChainEventReport>();
        if (Events?.Count > MostEvents)
            read.Refuse("events", $"At most {MostEvents} events.", ProblemCode.TooMany);
        for (var n = 0; n < Math.Min(Events?.Count ?? 0, MostEvents); n++)
        {
            var one = new ChainReading(chains, string.Create(CultureInfo.InvariantCulture, $"events.{n}."));
            events.Add(Events![n].ToReport(one, id));
            if (one.Problem is { } problem)
                read.Refuse(problem.Field!, problem.Detail, problem.Code);
        }
        return events;
    }
}

/// <summary>One side of an order.</summary>
internal sealed record ChainSideBody
{
    public Scalar? ChainId { get; init; }
    public string? Token { get; init; }
    public string? Amount { get; init; }

    /// <summary>Left out: the amount.</summary>
    public string? FinalAmount { get; init; }
    public int? Decimals { get; init; }
    public string? Symbol { get; init; }
    public string? Name { get; init; }
    public string? LogoUri { get; init; }

    public ChainSideReport ToReport(ChainReading read, string side)
    {
        var chain = read.ChainId(ChainId, $"{side}.chainId");
        if (Decimals is < 0 or > 255)
            read.Refuse($"{side}.decimals", "Decimals are 0 to 255.", ProblemCode.OutOfRange);
        return new ChainSideReport
        {
            ChainId = chain,
            Token = read.Address(Token, chain, $"{side}.token", required: true) ?? "",
            Amount = read.RequiredAmount(Amount, $"{side}.amount"),
            FinalAmount = read.Amount(FinalAmount, $"{side}.finalAmount"),
            Decimals = Decimals,
            Symbol = read.Line(Symbol, Limits.Text, $"{side}.symbol"),
            Name = read.Line(Name, Limits.Text, $"{side}.name"),
            LogoUri = read.Line(LogoUri, Limits.Url, $"{side}.logoUri"),
        };
    }
}

internal sealed record ChainFeeBody
{
    /// <summary>0 to 10 with up to six decimals.</summary>
    public Scalar? Percent { get; init; }

    /// <summary>What the chain holds; wins over what follows from the percent.</summary>
    public string? Amount { get; init; }
    public string? Beneficiary { get; init; }
}

/// <summary>Values in USD, for analytics alone.</summary>
internal sealed record ChainUsdBody
{
    public Scalar? Give { get; init; }
    public Scalar? Take { get; init; }
    public Scalar? ProtocolFee { get; init; }
}

internal sealed record ChainPreswapBody
{
    public Scalar? ChainId { get; init; }
    public string? InToken { get; init; }
    public string? InAmount { get; init; }
    public string? OutToken { get; init; }
    public string? OutAmount { get; init; }

    public string ToJson(ChainReading read)
    {
        var chain = read.ChainId(ChainId, "preswap.chainId");
        return new JsonObject
        {
            ["chainId"] = chain,
            ["inToken"] = read.Address(InToken, chain, "preswap.inToken", required: true),
            ["inAmount"] = read.RequiredAmount(InAmount, "preswap.inAmount").ToString(CultureInfo.InvariantCulture),
            ["outToken"] = read.Address(OutToken, chain, "preswap.outToken", required: true),
            ["outAmount"] = read.RequiredAmount(OutAmount, "preswap.outAmount").ToString(CultureInfo.InvariantCulture),
        }.ToJsonString();
    }
}

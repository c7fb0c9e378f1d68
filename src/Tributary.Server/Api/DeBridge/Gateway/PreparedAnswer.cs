using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.ChainOrders;
using Tributary.Chains;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Server.Api.DeBridge.Gateway;

/// <summary>What became of an upstream's answer to <c>create-tx</c>.</summary>
internal enum PreparedReading
{
    /// <summary>It hands out no transaction that leads to an order.</summary>
    NoTransaction,

    /// <summary>It is no JSON, or hands out a transaction and does not say for which order.</summary>
    Unreadable,

    /// <summary>It hands out a transaction for an order of which too little is said to keep it.</summary>
    Unrecordable,
    Order,
}

/// <summary>
/// Reads the order that a transaction will make out of the upstream's answer (debridge.md § 4.4). All values are estimates until the
/// chain is known.
/// </summary>
/// <param name="chains">The programme's.</param>
internal sealed class PreparedAnswer(ChainTable chains)
{
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 64 };

    public static PreparedAnswer For(DeBridgeSettings settings) => new(settings.ChainTable);

    public (PreparedReading Reading, ChainOrderReport? Facts) Read(byte[] body, GatewayClaim claim)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Lenient);
            var root = document.RootElement;
            if (Has(root, "errorId") || Member(root, "tx") is not { } transaction)
                return (PreparedReading.NoTransaction, null);
            var isNamed = ChainHash.TryReadOrderId(Text(root, "orderId"), out var orderId);
            if (isNamed && FactsOf(orderId!, root, claim) is { } facts)
                return (PreparedReading.Order, facts);
            if (!IsSignable(transaction))
                return (PreparedReading.NoTransaction, null);
            return (isNamed ? PreparedReading.Unrecordable : PreparedReading.Unreadable, null);
        }
        catch (JsonException)
        {
            return (PreparedReading.Unreadable, null);
        }
        catch (InvalidOperationException)
        {
            // A member's name with half a surrogate pair: whose order it is stays unknown.
            return (PreparedReading.Unrecordable, null);
        }
    }

    private ChainOrderReport? FactsOf(string orderId, JsonElement root, GatewayClaim claim)
    {
        var query = claim.Query;
        if (Member(root, "estimation") is not { } estimation)
            return null;
        var (first, second) = (Member(estimation, "srcChainTokenIn"), Member(estimation, "srcChainTokenOut"));
        var given = second ?? first;
        if (SideOf(given) is not { } give || SideOf(Member(estimation, "dstChainTokenOut")) is not { } take)
            return null;
        var (source, destination) = (chains.FamilyOf(give.ChainId), chains.FamilyOf(take.ChainId));
        var authority = Address(query.First("srcChainOrderAuthorityAddress"), source);
        if ((Address(query.First("senderAddress"), source) ?? authority) is not { } maker)
            return null;
        return new ChainOrderReport
        {
            OrderId = orderId,
            Code = claim.Code,
            Maker = maker,
            Receiver = Address(query.First("dstChainTokenOutRecipient"), destination),
            GivePatchAuthority = authority,
            OrderAuthorityDst = Address(query.First("dstChainOrderAuthorityAddress"), destination),
            AllowedTaker = Address(query.First("allowedTaker"), destination),
            AllowedCancelBeneficiary = Address(query.First("srcAllowedCancelBeneficiary"), source),
            Give = give,
            Take = take,
            FixFee = Amount(root, "fixFee"),
            PercentFee = ProtocolFee(estimation),
            AffiliatePercent = claim.Percent,
            AffiliateBeneficiary = claim.Beneficiary,
            InputAmount = claim.Percent is null ? null : give.Amount,
            GiveUsd = Usd(first, "approximateUsdValue"),
            TakeUsd = Usd(Member(estimation, "dstChainTokenOut"), "approximateUsdValue"),
            ProtocolFeeUsd = Usd(root, "protocolFeeApproximateUsdValue") ?? Usd(estimation, "protocolFeeApproximateUsdValue"),
            TradeType = IsMarket(query) ? ChainTradeType.Market : ChainTradeType.Limit,
            Preswap = second is null ? null : PreswapOf(first, give),
        };
    }

    /// <summary>The price is the upstream's: what is given is known, or all there is, and what is taken is not asked for.</summary>
    public static bool IsMarket(QueryText query) =>
        query.First("srcChainTokenInAmount") is { } given && (IsMax(given) || IsDigits(given))
        && query.First("dstChainTokenOutAmount") is null or "auto";

    private static bool IsMax(string text) => text.Equals("max", StringComparison.OrdinalIgnoreCase);

    private static bool IsDigits(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private ChainSideReport? SideOf(JsonElement? token)
    {
        if (token is not { } known || Amount(known, "amount") is not { } amount || !TryWhole(known, "chainId", out var chainId)
            || Address(Text(known, "address"), chains.FamilyOf(chainId)) is not { } address)
            return null;
        return new ChainSideReport
        {
            ChainId = chainId,
            Token = address,
            Amount = amount,
            Decimals = TryWhole(known, "decimals", out var decimals) && decimals <= byte.MaxValue ? (int)decimals : null,
            Symbol = Short(Text(known, "symbol"), Limits.Text),
            Name = Short(Text(known, "name"), Limits.Text),
            LogoUri = Short(Text(known, "logoURI"), Limits.Url),
        };
    }

    private string? PreswapOf(JsonElement? first, ChainSideReport give)
    {
        if (SideOf(first) is not { } paid)
            return null;
        return new JsonObject
        {
            ["chainId"] = paid.ChainId,
            ["inToken"] = paid.Token,
            ["inAmount"] = paid.Amount.ToString(CultureInfo.InvariantCulture),
            ["outToken"] = give.Token,
            ["outAmount"] = give.Amount.ToString(CultureInfo.InvariantCulture),
        }.ToJsonString();
    }

    private static BigInteger? ProtocolFee(JsonElement estimation)
    {
        if (Member(estimation, "costsDetails") is not { ValueKind: JsonValueKind.Array } costs)
            return null;
        foreach (var cost in costs.EnumerateArray())
        {
            if (cost.ValueKind == JsonValueKind.Object && Text(cost, "type") == "DlnProtocolFee")
                return Amount(Member(cost, "payload") ?? cost, "feeAmount") ?? Amount(cost, "feeAmount");
        }
        return null;
    }

    private static string? Address(string? text, ChainFamily? family) => ChainAddress.TryRead(text, family, out var canonical) ? canonical : null;

    private static BigInteger? Amount(JsonElement element, string name) =>
        ChainAmount.TryParse(Text(element, name), out var amount) ? amount.Value : null;

    private static long? Usd(JsonElement? element, string name) =>
        element is { } known && UsdAmount.TryParse(Text(known, name), out var millionths) ? millionths : null;

    private static bool TryWhole(JsonElement element, string name, out long number) =>
        long.TryParse(Text(element, name), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string? Short(string? text, int longest) => text?.Length > longest ? null : text;

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static bool Has(JsonElement element, string name) => Member(element, name) is not null;

    /// <summary>An estimation alone has nothing to be signed.</summary>
    private static bool IsSignable(JsonElement transaction) =>
        transaction.ValueKind != JsonValueKind.Object || Has(transaction, "data") || Has(transaction, "to");

    private static string? Text(JsonElement element, string name) => Member(element, name) switch
    {
        { ValueKind: JsonValueKind.String } text => Storable(text),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>Chains let tokens be named with anything; what the database cannot keep is as good as not said.</summary>
    private static string? Storable(JsonElement text)
    {
        try
        {
            return text.GetString() is { } read && StorableText.IsStorable(read) ? read : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

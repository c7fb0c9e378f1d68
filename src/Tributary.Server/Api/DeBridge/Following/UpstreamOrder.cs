using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Tributary.ChainOrders;
using Tributary.Chains;
using Tributary.Server.Api.DeBridge.Gateway;

namespace Tributary.Server.Api.DeBridge.Following;

/// <summary>
/// An order as an upstream's tracking service shows it, read as reports of its stages (debridge.md § 4.5). What is not known is
/// passed over; a value may be wrapped in any of its forms, or plain.
/// </summary>
internal sealed class UpstreamOrder(JsonElement order, ChainTable chains)
{
    private static readonly (ChainOrderState State, string Name, bool IsInfo, bool OnSource)[] Stages =
    [
        (ChainOrderState.Created, "createdSrcEventMetadata", false, true),
        (ChainOrderState.Fulfilled, "fulfilledDstEventMetadata", false, false),
        (ChainOrderState.SentUnlock, "sentUnlockDstEventInfo", true, false),
        (ChainOrderState.ClaimedUnlock, "claimedUnlockSrcEventInfo", true, true),
        (ChainOrderState.SentOrderCancel, "sentOrderCancelDstEventInfo", true, false),
        (ChainOrderState.ClaimedOrderCancel, "claimedOrderCancelSrcEventInfo", true, true),
    ];

    /// <summary>Its stages in the order in which they follow one another, none where the service does not know it yet; null: unreadable.</summary>
    public static IReadOnlyList<ChainEventReport>? Read(UpstreamAnswer answer, string orderId, ChainTable chains)
    {
        if (!answer.IsSuccess || answer.Body.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            return [];
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return IsUnknown(document.RootElement) ? [] : new UpstreamOrder(document.RootElement, chains).Events(orderId);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The latter is a text with half a surrogate pair.
            return null;
        }
    }

    /// <summary>Whether the service says in its own words that it has nothing to show.</summary>
    public static bool HasErrorCode(UpstreamAnswer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return Member(document.RootElement, "errorCode") is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsUnknown(JsonElement root) =>
        root.ValueKind != JsonValueKind.Object || Member(root, "errorCode") is not null || Member(root, "orderId") is null;

    private List<ChainEventReport> Events(string orderId)
    {
        var events = Stages.Select(stage => EventOf(orderId, stage.State, stage.Name, stage.IsInfo, stage.OnSource)).OfType<ChainEventReport>().ToList();
        if (ChainOrderStates.TryParse(Text(Member(order, "state")), out var state) && events.TrueForAll(each => each.State != state))
            events.Add(new ChainEventReport { OrderId = orderId, State = state });
        if (events.Count > 0)
            events[^1] = events[^1] with { ExternalCallState = CallState() };
        return [.. events.OrderBy(each => each.State)];
    }

    private ChainEventReport? EventOf(string orderId, ChainOrderState state, string name, bool isInfo, bool onSource)
    {
        var info = Member(order, name);
        if ((isInfo ? Member(info, "transactionMetadata") : info) is not { ValueKind: JsonValueKind.Object } metadata)
            return null;
        var family = onSource ? Family("give") : Family("take");
        var report = new ChainEventReport
        {
            OrderId = orderId,
            State = state,
            TransactionHash = Hash(Member(metadata, "transactionHash"), family),
            BlockNumber = Whole(Member(metadata, "blockNumber")),
            BlockHash = Hash(Member(metadata, "blockHash"), family),
            BlockTimestamp = Time(Member(metadata, "blockTimeStamp")),
            Initiator = Address(Member(metadata, "initiator"), family),
        };
        return state switch
        {
            ChainOrderState.Fulfilled => report with
            {
                Taker = Address(Member(order, "taker"), Family("take")),
                UnlockAuthority = Address(Member(order, "unlockAuthorityDst"), Family("take")),
                ActualFulfillAmount = Amount(Member(order, "actualFulfillAmount")) is { IsZero: false } actual ? actual : null,
            },
            ChainOrderState.ClaimedUnlock => report with { AffiliateAmount = Amount(Member(Member(order, "affiliateFee"), "amount")) },
            ChainOrderState.SentOrderCancel => report with { SubmissionId = Hash(Member(info, "submissionId"), family) },
            ChainOrderState.ClaimedOrderCancel => report with { CancelBeneficiary = Address(Member(order, "cancelBeneficiarySrc"), Family("give")) },
            ChainOrderState.Created or ChainOrderState.SentUnlock or ChainOrderState.OrderCancelled => report,
        };
    }

    private ExternalCallState? CallState() =>
        ExternalCallStates.TryParse(Text(Member(order, "externalCallState")), out var state) ? state : null;

    private ChainFamily? Family(string side) =>
        Whole(Member(Member(order, side + "OfferWithMetadata"), "chainId")) is { } chainId ? chains.FamilyOf(chainId) : null;

    private static string? Hash(JsonElement? value, ChainFamily? family) =>
        ChainHash.TryRead(Text(value), family, out var hash) ? hash : null;

    private static string? Address(JsonElement? value, ChainFamily? family) =>
        ChainAddress.TryRead(Text(value), family, out var address) ? address : null;

    private static BigInteger? Amount(JsonElement? value) => ChainAmount.TryParse(Text(value), out var amount) ? amount.Value : null;

    private static long? Whole(JsonElement? value) =>
        long.TryParse(Text(value), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTimeOffset? Time(JsonElement? value) =>
        Whole(value) is { } seconds and > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>The text of a wrapper, else its number, else its bytes in hexadecimal, else a plain value.</summary>
    private static string? Text(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.Object } wrapper =>
            Text(Member(wrapper, "stringValue")) ?? Text(Member(wrapper, "bigIntegerValue"))
            ?? Hex(Member(wrapper, "bytesValue") ?? Member(wrapper, "Base64Value")),
        _ => null,
    };

    private static string? Hex(JsonElement? bytes) =>
        bytes is { ValueKind: JsonValueKind.String } text && text.TryGetBytesFromBase64(out var raw) ? "0x" + Convert.ToHexStringLower(raw) : null;

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var member)
        && member.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? member
            : null;
}

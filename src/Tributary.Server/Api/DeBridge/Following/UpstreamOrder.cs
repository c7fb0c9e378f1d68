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
        ChainOrderState? shown = ChainOrderStates.TryParse(Text(Member(order, "state")), out var state) ? state : null;
        var events = Stages.Select(stage => EventOf(orderId, stage, isReached: stage.State == shown)).OfType<ChainEventReport>().ToList();
        if (shown == ChainOrderState.OrderCancelled)
            events.Add(new ChainEventReport { OrderId = orderId, State = ChainOrderState.OrderCancelled });
        if (events.Count > 0)
            events[^1] = events[^1] with { ExternalCallState = CallState() };
        return [.. events.OrderBy(each => each.State)];
    }

    /// <param name="isReached">Whether the order shows the stage as its state, of which nothing else may be known yet.</param>
    private ChainEventReport? EventOf(string orderId, (ChainOrderState State, string Name, bool IsInfo, bool OnSource) stage, bool isReached)
    {
        var info = Member(order, stage.Name);
        var metadata = stage.IsInfo ? Member(info, "transactionMetadata") : info;
        if (metadata is not { ValueKind: JsonValueKind.Object } && !isReached)
            return null;
        var family = stage.OnSource ? Family("give") : Family("take");
        return WithFacts(info, family, new ChainEventReport
        {
            OrderId = orderId,
            State = stage.State,
            TransactionHash = Hash(Member(metadata, "transactionHash"), family),
            BlockNumber = Whole(Member(metadata, "blockNumber")),
            BlockHash = Hash(Member(metadata, "blockHash"), family),
            BlockTimestamp = Time(Member(metadata, "blockTimeStamp")),
            Initiator = Address(Member(metadata, "initiator"), family),
        });
    }

    private ChainEventReport WithFacts(JsonElement? info, ChainFamily? family, ChainEventReport report) => report.State switch
    {
        ChainOrderState.Fulfilled or ChainOrderState.SentUnlock => WithTaker(report),
        ChainOrderState.ClaimedUnlock => WithTaker(report) with { AffiliateAmount = Amount(Member(Member(order, "affiliateFee"), "amount")) },
        ChainOrderState.SentOrderCancel => report with { SubmissionId = Hash(Member(info, "submissionId"), family) },
        ChainOrderState.ClaimedOrderCancel => report with { CancelBeneficiary = Address(Member(order, "cancelBeneficiarySrc"), Family("give")) },
        ChainOrderState.Created or ChainOrderState.OrderCancelled => report,
    };

    /// <summary>With every stage of the branch: the one that brought it about may not be shown by itself.</summary>
    private ChainEventReport WithTaker(ChainEventReport report) => report with
    {
        Taker = Address(Member(order, "taker"), Family("take")),
        UnlockAuthority = Address(Member(order, "unlockAuthorityDst"), Family("take")),
        ActualFulfillAmount = Amount(Member(order, "actualFulfillAmount")) is { IsZero: false } actual ? actual : null,
    };

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

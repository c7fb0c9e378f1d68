using System.Globalization;
using System.Text.Json;
using Tributary.ChainOrders.Following;
using Tributary.Chains;
using Tributary.Reporting.Tracking;
using Tributary.Server.Api.DeBridge.Gateway;

namespace Tributary.Server.Api.DeBridge;

/// <summary>
/// Reads of the order service: from our own orders where they are known beyond being prepared, else from the upstream where there is
/// one (debridge.md § 4.4).
/// </summary>
internal sealed class KnownOrderCalls(TrackedOrders orders, UpstreamGateway gateway, FollowerState follower)
{
    private static readonly DeBridgeError Unknown = new(DeBridgeFault.UnknownOrder, "There is no such order.");

    public IReadOnlyList<DeBridgeRoute> Routes =>
    [
        Route("dln/order/{id}", OrderAsync, "One order"),
        Route("dln/order/{id}/status", StatusAsync, "The state of one order"),
        Route("dln/tx/{hash}/order-ids", IdsAsync, "Ids of the orders that a transaction created"),
    ];

    private static DeBridgeRoute Route(string pattern, DeBridgeHandler handle, string summary) =>
        new(DeBridgeService.Orders, "GET", pattern, handle) { Summary = summary, Access = DeBridgeAccess.Both };

    private async Task<DeBridgeAnswer> OrderAsync(DeBridgeCall call, CancellationToken ct)
    {
        if (!ChainHash.TryReadOrderId(call.Id, out var orderId))
            return BadId;
        if (await orders.FindAsync(call.Program.Id, orderId, call.Sight, ct) is not { } order)
            return await OrderFromUpstreamAsync(call, orderId, "", ct) ?? Unknown;
        return new DeBridgeBody(DeBridgeJson.Write(json =>
        {
            WriteStatus(json, order.OrderId, order.State, order.ExternalCallState);
            WriteStruct(json, order);
        }));
    }

    private async Task<DeBridgeAnswer> StatusAsync(DeBridgeCall call, CancellationToken ct)
    {
        if (!ChainHash.TryReadOrderId(call.Id, out var orderId))
            return BadId;
        var order = await orders.FindAsync(call.Program.Id, orderId, call.Sight, ct);
        if (order is null && await OrderFromUpstreamAsync(call, orderId, "/status", ct) is { } forwarded)
            return forwarded;
        return new DeBridgeBody(DeBridgeJson.Write(
            json => WriteStatus(json, orderId, order?.State ?? "None", order?.ExternalCallState ?? "NoExtCall")));
    }

    private async Task<DeBridgeAnswer> IdsAsync(DeBridgeCall call, CancellationToken ct)
    {
        if (!ChainHash.TryReadAny(call.Id, out var hash) || !hash.All(IsOfHash))
            return DeBridgeError.Invalid("hash", "the hash of a transaction is expected.");
        var found = (await orders.CreatedByAsync(call.Program.Id, hash, null, call.Sight, ct)).Where(order => !order.IsSwap).ToList();
        if (found.Count == 0 && await FromUpstreamAsync(call, $"dln/tx/{hash}/order-ids", ct) is { } forwarded)
            return forwarded;
        return new DeBridgeBody(DeBridgeJson.Write(json =>
        {
            json.WriteStartArray("orderIds");
            foreach (var order in found)
                json.WriteStringValue(order.OrderId);
            json.WriteEndArray();
        }));
    }

    /// <summary>It becomes a part of the upstream's path, in which nothing else may be said.</summary>
    private static bool IsOfHash(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';

    /// <summary>What the upstream knows of an order may be news to us, if it is one that we wait for.</summary>
    private async Task<DeBridgeAnswer?> OrderFromUpstreamAsync(DeBridgeCall call, string orderId, string what, CancellationToken ct)
    {
        var answer = await FromUpstreamAsync(call, $"dln/order/{orderId}{what}", ct);
        if (answer is DeBridgeRelay { IsSuccess: true })
            await follower.NowAsync(call.Program.Id, orderId, ct);
        return answer;
    }

    /// <summary>Null: there is nobody to ask.</summary>
    private async Task<DeBridgeAnswer?> FromUpstreamAsync(DeBridgeCall call, string path, CancellationToken ct) =>
        call.MayForward && gateway.UpstreamOf(call.Program) is not null
            ? await gateway.ForwardAsync(call, DeBridgePath.OrderRoot + path, GatewayRules.WithoutToken(call.Query), ct)
            : null;

    private static DeBridgeError BadId => DeBridgeError.Invalid("id", "an order's id has 64 hexadecimal digits.");

    private static void WriteStatus(Utf8JsonWriter json, string orderId, string state, string externalCallState)
    {
        json.WriteString("orderId", orderId);
        json.WriteString("status", state);
        json.WriteString("externalCallState", externalCallState);
    }

    private static void WriteStruct(Utf8JsonWriter json, TrackedOrder order)
    {
        json.WriteStartObject("orderStruct");
        if (order.MakerOrderNonce is { } nonce)
            json.WriteNumber("makerOrderNonce", nonce);
        else
            json.WriteNull("makerOrderNonce");
        json.WriteString("makerSrc", order.Maker);
        WriteOffer(json, "giveOffer", order.Give);
        WriteOffer(json, "takeOffer", order.Take);
        json.WriteTextOrNull("receiverDst", order.Receiver);
        json.WriteTextOrNull("givePatchAuthoritySrc", order.GivePatchAuthority);
        json.WriteTextOrNull("orderAuthorityAddressDst", order.OrderAuthorityDst);
        json.WriteTextOrNull("allowedTakerDst", order.AllowedTaker);
        json.WriteTextOrNull("allowedCancelBeneficiarySrc", order.AllowedCancelBeneficiary);
        json.WriteNull("externalCall");
        json.WriteEndObject();
    }

    private static void WriteOffer(Utf8JsonWriter json, string name, TrackedSide side)
    {
        json.WriteStartObject(name);
        json.WriteNumber("chainId", side.ChainId);
        json.WriteString("tokenAddress", side.Token);
        json.WriteString("amount", side.Amount.Value.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }
}

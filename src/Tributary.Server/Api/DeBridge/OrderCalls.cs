using System.Text.Json;
using Tributary.Chains;
using Tributary.Reporting.Tracking;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Lists and shows orders and swaps (debridge.md § 4.6, 4.7).</summary>
internal sealed class OrderCalls(TrackedOrders orders)
{
    private static readonly DeBridgeError NoOrder = DeBridgeError.NotFoundHere("There is no such order.");
    private static readonly DeBridgeError NoSwap = DeBridgeError.NotFoundHere("There is no such swap.");

    public IReadOnlyList<DeBridgeRoute> Routes =>
    [
        Tracking("POST", "Orders/filteredList", ListAsync, "Orders that fit a filter, newest first") with { Reads = OrderFilters.Members },
        Tracking("GET", "Orders/{orderId}", (call, ct) => OneAsync(call, (views, json, order) => views.WriteFull(json, order), ct), "One order with all its stages"),
        Tracking("GET", "Orders/{orderId}/liteModel", (call, ct) => OneAsync(call, (views, json, order) => views.WriteLite(json, order), ct), "One order in brief"),
        Tracking("GET", "Orders/{orderId}/state", (call, ct) => OneAsync(call, (_, json, order) => WriteState(json, order), ct), "The state of one order"),
        Tracking("GET", "Orders/creationTxHash/{hash}", OneOfTransactionAsync, "The first order that a transaction created"),
        Tracking("GET", "Transaction/{hash}/orderIds", IdsAsync, "Ids of the orders that a transaction created"),
        Tracking("GET", "Transaction/{hash}/liteModels", LiteModelsAsync, "The orders that a transaction created, in brief"),
        Tracking("GET", "SameChainSwap/{swapId}", SwapAsync, "One swap on one chain"),
        Tracking("GET", "SameChainSwap/{chainId}/tx/{hash}", SwapOfTransactionAsync, "The swap that a transaction made"),
    ];

    private static DeBridgeRoute Tracking(string method, string pattern, DeBridgeHandler handle, string summary) =>
        new(DeBridgeService.Tracking, method, pattern, handle) { Summary = summary };

    private async Task<DeBridgeAnswer> ListAsync(DeBridgeCall call, CancellationToken ct)
    {
        var filter = OrderFilters.Read(call.Input);
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var page = await orders.ListAsync(call.Program.Id, filter, call.Sight, ct);
        var views = ViewsOf(call);
        return new DeBridgeBody(DeBridgeJson.Write(json =>
        {
            json.WriteStartArray("orders");
            foreach (var order in page.Orders)
                views.WriteItem(json, order);
            json.WriteEndArray();
            json.WriteNumber("totalCount", page.Total);
        }));
    }

    private async Task<DeBridgeAnswer> OneAsync(DeBridgeCall call, Action<OrderViews, Utf8JsonWriter, TrackedOrder> write, CancellationToken ct)
    {
        if (!ChainHash.TryReadOrderId(call.Id, out var orderId))
            return DeBridgeError.Invalid("orderId", "an order's id has 64 hexadecimal digits.");
        return await orders.FindAsync(call.Program.Id, orderId, call.Sight, ct) is { } order
            ? new DeBridgeBody(DeBridgeJson.WriteValue(json => write(ViewsOf(call), json, order)))
            : NoOrder;
    }

    private async Task<DeBridgeAnswer> OneOfTransactionAsync(DeBridgeCall call, CancellationToken ct)
    {
        var (found, refusal) = await OfTransactionAsync(call, call.Id, null, ct);
        return refusal ?? (DeBridgeAnswer)(found.FirstOrDefault(order => !order.IsSwap) is { } order
            ? new DeBridgeBody(DeBridgeJson.WriteValue(json => ViewsOf(call).WriteFull(json, order)))
            : NoOrder);
    }

    private async Task<DeBridgeAnswer> IdsAsync(DeBridgeCall call, CancellationToken ct)
    {
        var (found, refusal) = await OfTransactionAsync(call, call.Id, null, ct);
        return refusal ?? (DeBridgeAnswer)new DeBridgeBody(DeBridgeJson.Write(json =>
        {
            json.WriteStartArray("orderIds");
            foreach (var order in found.Where(order => !order.IsSwap))
                json.WriteHash(order.OrderId);
            json.WriteEndArray();
        }));
    }

    private async Task<DeBridgeAnswer> LiteModelsAsync(DeBridgeCall call, CancellationToken ct)
    {
        var (found, refusal) = await OfTransactionAsync(call, call.Id, null, ct);
        var views = ViewsOf(call);
        return refusal ?? (DeBridgeAnswer)new DeBridgeBody(DeBridgeJson.WriteValue(json =>
        {
            json.WriteStartArray();
            foreach (var order in found.Where(order => !order.IsSwap))
                views.WriteLite(json, order);
            json.WriteEndArray();
        }));
    }

    private async Task<DeBridgeAnswer> SwapAsync(DeBridgeCall call, CancellationToken ct)
    {
        if (!ChainHash.TryReadOrderId(call.Id, out var swapId))
            return DeBridgeError.Invalid("swapId", "a swap's id has 64 hexadecimal digits.");
        return SwapOf(call, await orders.FindAsync(call.Program.Id, swapId, call.Sight, ct));
    }

    private async Task<DeBridgeAnswer> SwapOfTransactionAsync(DeBridgeCall call, CancellationToken ct)
    {
        if (!WireNumber.TryInteger(call.Values[0], out var chainId) || chainId <= 0)
            return DeBridgeError.Invalid("chainId", "the number of a chain is expected.");
        var (found, refusal) = await OfTransactionAsync(call, call.Values[1], chainId, ct);
        return refusal ?? SwapOf(call, found.FirstOrDefault(order => order.IsSwap));
    }

    private static DeBridgeAnswer SwapOf(DeBridgeCall call, TrackedOrder? swap) => swap is { IsSwap: true }
        ? new DeBridgeBody(DeBridgeJson.WriteValue(json => ViewsOf(call).WriteSwap(json, swap)))
        : NoSwap;

    private async Task<(IReadOnlyList<TrackedOrder> Found, DeBridgeError? Refusal)> OfTransactionAsync(
        DeBridgeCall call, string text, long? chainId, CancellationToken ct)
    {
        var family = chainId is { } chain ? call.Program.Settings.DeBridge.ChainTable.FamilyOf(chain) : null;
        return ChainHash.TryRead(text, family, out var hash)
            ? (await orders.CreatedByAsync(call.Program.Id, hash, chainId, call.Sight, ct), null)
            : ([], DeBridgeError.Invalid("hash", "the hash of a transaction is expected."));
    }

    private static void WriteState(Utf8JsonWriter json, TrackedOrder order)
    {
        json.WriteStartObject();
        json.WriteHash("orderId", order.OrderId);
        json.WriteString("state", order.State);
        json.WriteString("externalCallState", order.ExternalCallState);
        json.WriteEndObject();
    }

    private static OrderViews ViewsOf(DeBridgeCall call) => new(call.Program.Settings.DeBridge.ChainTable);
}

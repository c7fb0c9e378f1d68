using Tributary.ChainOrders;
using Tributary.ChainOrders.Following;
using Tributary.Chains;
using Tributary.Features;
using Tributary.Keys;
using Tributary.Server.Api.Wire;
using Tributary.Storage;

namespace Tributary.Server.Api.DeBridge.Gateway;

/// <summary>Calls that an upstream answers (debridge.md § 4.3, 4.4).</summary>
internal sealed partial class GatewayCalls(
    UpstreamGateway gateway, PrepareChainOrder prepare, FeatureSwitches features, TimeProvider clock, ILogger<GatewayCalls> logger)
{
    private static readonly WireMember[] Validated =
    [
        new(GatewayRules.Code, WireType.Integer, "The integrator's code"),
        new(GatewayRules.Percent, WireType.Number, "Of the affiliate fee, 0 to 10"),
        new(GatewayRules.Recipient, WireType.Text, "Who is paid the fee, on the source chain"),
    ];

    public IReadOnlyList<DeBridgeRoute> Routes =>
    [
        Route("dln/order/create-tx", CreateAsync, "A transaction that makes an order; the order is recorded as prepared") with { Reads = Validated, Scope = KeyScopes.Write },
        Route("dln/order/quote", CheckedAsync, "What an order would cost") with { Reads = Validated },
        Route("dln/quote", CheckedAsync, "What an order would cost, by its older name") with { Reads = Validated },
        Route("chain/transaction", CheckedAsync, "A transaction that swaps on one chain") with { Reads = Validated },
        Route("chain/estimation", CheckedAsync, "What a swap on one chain would cost") with { Reads = Validated },
        Route("dln/order/{id}/cancel-tx", (call, ct) => OfOrderAsync(call, "cancel-tx", ct), "A transaction that cancels an order"),
        Route("dln/order/{id}/extcall-cancel-tx", (call, ct) => OfOrderAsync(call, "extcall-cancel-tx", ct), "A transaction that cancels an order's external call"),
        Route("supported-chains", PassAsync, "Chains that the upstream knows"),
        Route("supported-chains-info", PassAsync, "The same with more about each"),
        Route("token-list", PassAsync, "Tokens that the upstream knows"),
    ];

    private static DeBridgeRoute Route(string pattern, DeBridgeHandler handle, string summary) =>
        new(DeBridgeService.Orders, "GET", pattern, handle) { Summary = summary, Access = DeBridgeAccess.Gateway };

    private Task<DeBridgeAnswer> PassAsync(DeBridgeCall call, CancellationToken ct) =>
        gateway.ForwardAsync(call, call.Route.Path, GatewayRules.WithoutToken(call.Query), ct);

    private async Task<DeBridgeAnswer> OfOrderAsync(DeBridgeCall call, string what, CancellationToken ct) =>
        ChainHash.TryReadOrderId(call.Id, out var orderId)
            ? await gateway.ForwardAsync(call, $"{DeBridgePath.OrderRoot}dln/order/{orderId}/{what}", GatewayRules.WithoutToken(call.Query), ct)
            : DeBridgeError.Invalid("id", "an order's id has 64 hexadecimal digits.");

    private async Task<DeBridgeAnswer> CheckedAsync(DeBridgeCall call, CancellationToken ct)
    {
        var (claim, refusal) = await ReadAsync(call, ct);
        return claim is null ? refusal! : await gateway.ForwardAsync(call, call.Route.Path, claim.Query, ct);
    }

    /// <summary>
    /// A transaction that is not tied to its integration must not get signed: it is handed out once the order is recorded. A caller
    /// who goes away stops neither.
    /// </summary>
    private async Task<DeBridgeAnswer> CreateAsync(DeBridgeCall call, CancellationToken ct)
    {
        var (claim, refusal) = await ReadAsync(call, ct);
        if (claim is null)
            return refusal!;
        var answer = await gateway.ForwardAsync(call, call.Route.Path, claim.Query, CancellationToken.None);
        if (answer is not DeBridgeRelay { IsSuccess: true } relay)
            return answer;
        var (reading, facts) = PreparedAnswer.For(call.Program.Settings.DeBridge).Read(relay.Body, claim);
        if (reading is PreparedReading.Unreadable or PreparedReading.Unrecordable)
            Log.Unrecorded(logger, call.Caller.RequestId);
        if (facts is null)
            return reading == PreparedReading.Unrecordable ? DeBridgeError.RecordingFailed : relay;
        return await KeepAsync(call, facts) ? relay : DeBridgeError.RecordingFailed;
    }

    private async Task<bool> KeepAsync(DeBridgeCall call, ChainOrderReport facts)
    {
        var kept = TimeSpan.FromHours(call.Program.Settings.DeBridge.Prepared.TtlHours);
        DateTimeOffset? firstCheck = gateway.IsFollowed(call.Program) ? FollowSchedule.OfPrepared(call.Now, call.Now + kept, clock.GetUtcNow(), 0.5) : null;
        try
        {
            return (await prepare.ExecuteAsync(call.Program, facts, kept, firstCheck, call.Caller, CancellationToken.None)).Succeeded;
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage))
        {
            Log.Unkept(logger, outage.GetType().Name, call.Caller.RequestId);
            return false;
        }
    }

    private async Task<(GatewayClaim? Claim, DeBridgeError? Refusal)> ReadAsync(DeBridgeCall call, CancellationToken ct)
    {
        var read = GatewayRules.Read(call.Query, call.Program.Settings.DeBridge, call.Key?.ReferrerId is not null, call.Sight.OwnCode);
        if (read.Claim is not { Percent: { } percent } claim)
            return read;
        var fees = await features.OfCodeAsync(call.Program.Id, Feature.AffiliateFees, claim.Code, ct);
        return GatewayRules.RefuseFee(percent, fees) is { } refusal ? (null, refusal) : read;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The upstream handed out a transaction whose order cannot be read, request {RequestId}")]
        public static partial void Unrecorded(ILogger logger, string? requestId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A prepared order could not be recorded ({Failure}), request {RequestId}")]
        public static partial void Unkept(ILogger logger, string failure, string? requestId);
    }
}

using Tributary.Keys;
using Tributary.Orders;

namespace Tributary.Server.Api.V1;

/// <summary>Reversals of orders, in any order and any number of times: what is owed afterwards follows from the rule.</summary>
internal static class RefundsApi
{
    public static void MapRefunds(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/refunds", PostAsync).ForSecrets(KeyScopes.Write)
            .Describe("recordRefund", "Refund all or part of an order; one that comes before its order waits for it");
        routes.MapPost("/refunds/{refundId}/reinstate", ReinstateAsync).ForSecrets(KeyScopes.Write)
            .Describe("reinstateRefund", "A refund or cancellation did not stand after all: it counts as nothing from now on; one that comes before its refund waits for it");
        routes.MapGet("/refunds/{refundId}", GetAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getRefund", "One refund");
    }

    private static Task<Answer<RefundRecordedAnswer>> PostAsync(Call call, Body<RefundBody> body, RefundOrder refund, CancellationToken ct) =>
        call.RunAsync(
            caller => refund.ExecuteAsync(call.Program, body.Value.ToInput(), caller, ct), RefundRecordedAnswer.Of, body: body.Bytes);

    private static Task<Answer<RefundRecordedAnswer>> ReinstateAsync(
        Call call, PathText refundId, ReinstateRefund reinstate, CancellationToken ct) =>
        call.RunAsync(caller => reinstate.ExecuteAsync(call.Program, refundId.Value, caller, ct), RefundRecordedAnswer.Of);

    private static async Task<Answer<RefundAnswer>> GetAsync(Call call, PathText refundId, OrderRecords orders, CancellationToken ct)
    {
        var found = await orders.FindRefundAsync(call.Program.Id, refundId.Value, ct);
        return (found is not null && call.Sees(found.ReferrerId) ? found : null).OrNotFound(RefundAnswer.Of, "refund");
    }
}

/// <param name="Amount">What was recorded, in minor units.</param>
/// <param name="Currency">The order's; null while it waits for its order.</param>
/// <param name="CustomerTaken">Per unit, what was taken back from the order's own customer.</param>
/// <param name="OrderId">Null for a reinstatement that waits for its refund.</param>
/// <param name="Waiting">Whether it waits for its order, or a reinstatement for its refund.</param>
internal sealed record RefundRecordedAnswer(
    string RefundId, string? OrderId, long Amount, string? Currency, IReadOnlyDictionary<string, WholeNumber> CustomerTaken, bool Waiting)
{
    public static RefundRecordedAnswer Of(RefundRecorded refund) => new(
        refund.RefundId,
        refund.OrderId,
        refund.Amount,
        refund.Currency?.Code,
        refund.CustomerTaken.ToDictionary(taken => taken.Key, taken => WholeNumber.Of(taken.Value, taken.Key)),
        refund.Waiting);
}

/// <param name="State">applied, waiting for its order, reinstated, or lapsed because its order never came.</param>
internal sealed record RefundAnswer(
    string RefundId, string OrderId, string Kind, string State, long Amount, long? Base, DateTimeOffset RefundedAt, DateTimeOffset ReceivedAt)
{
    public static RefundAnswer Of(RefundRecord refund) => new(
        refund.RefundId, refund.OrderId, refund.Kind, refund.State, refund.Amount, refund.Base, refund.RefundedAt, refund.ReceivedAt);
}

internal sealed record RefundBody
{
    /// <summary>The merchant's id of the refund; sent again it is recorded once.</summary>
    public required string RefundId { get; init; }
    public required string OrderId { get; init; }

    /// <summary>Minor units of the order's currency; left out: all that remains.</summary>
    public long? Amount { get; init; }

    /// <summary>The part of the base this refund takes, where it is known.</summary>
    public long? Base { get; init; }

    /// <summary>refund, chargeback, or cancel, which takes the whole order back.</summary>
    public RefundKind? Kind { get; init; }

    /// <summary>Left out: now.</summary>
    public DateTimeOffset? RefundedAt { get; init; }

    public RefundInput ToInput() => new()
    {
        RefundId = RefundId,
        OrderId = OrderId,
        Amount = Amount,
        Base = Base,
        Kind = Kind ?? RefundKind.Refund,
        RefundedAt = RefundedAt,
        WaitForOrder = true,
    };
}

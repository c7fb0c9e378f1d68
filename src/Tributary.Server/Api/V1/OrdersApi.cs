using Tributary.Keys;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Reporting;

namespace Tributary.Server.Api.V1;

/// <summary>Purchases, by the merchant's own id. A bound key reads those credited to its referrer.</summary>
internal static class OrdersApi
{
    private static readonly string[] States = ["open", "paid", "cancelled"];

    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/orders", PostAsync).ForSecrets(KeyScopes.Write, whilePaused: false)
            .Describe("recordOrder", "Record an order: attribution, rewards and ledger in one go. The same order again answers the same");
        routes.MapGet("/orders", ListAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listOrders", "Orders, newest first; filter by customer, referrer and state");
        routes.MapGet("/orders/{orderId}", GetAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getOrder", "One order as it stands after its refunds");
        routes.MapPost("/orders/dry-run", TryOutAsync).ForSecrets(KeyScopes.Write)
            .Describe("dryRunOrder", "What this order would earn if it were recorded now; nothing is");
        routes.MapPost("/orders/{orderId}/amendments", AmendAsync).ForSecrets(KeyScopes.Write)
            .Describe("amendOrder", "Change an order's amounts by version; its rewards follow");
        routes.MapGet("/orders/{orderId}/explanation", ExplainAsync).ForSecrets(KeyScopes.Read)
            .Describe("explainOrder", "Why this referrer, why no other, which campaign paid what and why the others did not");
        routes.MapGet("/orders/{orderId}/refunds", ListRefundsAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listRefunds", "The refunds of one order, oldest first");
    }

    private static Task<Answer<OrderRecordedAnswer>> PostAsync(Call call, Body<OrderBody> body, RecordOrder record, CancellationToken ct)
    {
        if (!body.Value.ToInput(call.Program).TryGet(out var order, out var problem))
            return Task.FromResult<Answer<OrderRecordedAnswer>>(problem);
        return call.RunAsync(
            caller => record.ExecuteAsync(call.Program, order, caller, ct), OrderRecordedAnswer.Of, body: body.Bytes);
    }

    private static async Task<Answer<ListAnswer<OrderAnswer>>> ListAsync(
        Call call, Paging page, string? customerId, long? referrerId, string? state, OrderRecords orders, CancellationToken ct)
    {
        if (state is not null && !States.Contains(state, StringComparer.Ordinal))
            return new Problem(ProblemCode.InvalidValue, $"The states are {string.Join(", ", States)}.", "state");
        if (customerId is not null && !StorableText.IsStorable(customerId))
            return new Problem(ProblemCode.InvalidValue, "Not an id.", "customerId");
        if (referrerId is not null && !call.Sees(referrerId))
            return new ListAnswer<OrderAnswer>([], null);
        var filter = new OrderFilter(customerId, referrerId ?? call.BoundTo, state);
        var found = await orders.ListAsync(call.Program.Id, filter, page.Request, ct);
        return ListAnswer<OrderAnswer>.Of(found, order => OrderAnswer.Of(order, call));
    }

    private static async Task<Answer<OrderAnswer>> GetAsync(Call call, PathText orderId, OrderRecords orders, CancellationToken ct) =>
        (await FindAsync(call, orderId, orders, ct)).OrNotFound(order => OrderAnswer.Of(order, call), "order");

    private static async Task<Answer<OrderExplanation>> ExplainAsync(
        Call call, PathText orderId, ExplainOrder explain, CancellationToken ct) =>
        await explain.ExecuteAsync(call.Program, orderId.Value, ct);

    private static async Task<Answer<OrderExplanation>> TryOutAsync(
        Call call, Body<OrderBody> body, DryRunOrder tryOut, CancellationToken ct)
    {
        if (!body.Value.ToInput(call.Program).TryGet(out var order, out var problem))
            return problem;
        return await tryOut.ExecuteAsync(call.Program, order, call.Caller, ct);
    }

    private static Task<Answer<OrderAmendedAnswer>> AmendAsync(
        Call call, PathText orderId, Body<AmendmentBody> body, AmendOrder amend, CancellationToken ct)
    {
        var wanted = body.Value;
        var amendment = new OrderAmendment(
            orderId.Value, wanted.Version, wanted.Total, wanted.Price, wanted.Discount, wanted.Shipping, wanted.Tax);
        return call.RunAsync(
            caller => amend.ExecuteAsync(call.Program, amendment, caller, ct), OrderAmendedAnswer.Of, body: body.Bytes);
    }

    private static async Task<Answer<ListAnswer<RefundAnswer>>> ListRefundsAsync(
        Call call, PathText orderId, Paging page, OrderRecords orders, CancellationToken ct)
    {
        if (await FindAsync(call, orderId, orders, ct) is null)
            return Answers.NotFound("order");
        var found = await orders.ListRefundsAsync(call.Program.Id, orderId.Value, page.Request, ct);
        return ListAnswer<RefundAnswer>.Of(found, RefundAnswer.Of);
    }

    private static async Task<OrderRecord?> FindAsync(Call call, PathText orderId, OrderRecords orders, CancellationToken ct) =>
        await orders.FindAsync(call.Program.Id, orderId.Value, ct) is { } found && call.Sees(found.ReferrerId) ? found : null;
}

/// <param name="CustomerNumber">Ours.</param>
/// <param name="State">open, paid or cancelled.</param>
/// <param name="ReferrerId">Whom the order is credited to; null: nobody.</param>
/// <param name="LinkId">The link that is credited; null: none is.</param>
/// <param name="CustomerEarned">Per unit, what the order gave its own customer.</param>
/// <param name="ReferrerCode">What became of the code; null where none was sent.</param>
internal sealed record OrderRecordedAnswer(
    string OrderId,
    long CustomerNumber,
    string State,
    long? ReferrerId,
    string? Via,
    long? LinkId,
    IReadOnlyDictionary<string, WholeNumber> CustomerEarned,
    CodeOutcomeAnswer? ReferrerCode)
{
    public static OrderRecordedAnswer Of(OrderRecorded order) => new(
        order.OrderId,
        order.CustomerId,
        order.State,
        order.ReferrerId,
        order.Via,
        order.LinkId,
        order.CustomerEarned.ToDictionary(earned => earned.Key, earned => WholeNumber.Of(earned.Value, earned.Key)),
        CodeOutcomeAnswer.Of(order.CodeOutcome));
}

/// <param name="Version">The version that stands.</param>
/// <param name="Changed">False: the order had this version or a later one.</param>
internal sealed record OrderAmendedAnswer(string OrderId, int Version, long Total, string Currency, bool Changed)
{
    public static OrderAmendedAnswer Of(OrderAmended order) => new(
        order.OrderId, order.Version, order.Total, order.Currency.Code, order.Changed);
}

internal sealed record AmendmentBody
{
    /// <summary>2 or more; the order as it was recorded is version 1.</summary>
    public required int Version { get; init; }
    public required long Total { get; init; }
    public long? Price { get; init; }
    public long? Discount { get; init; }
    public long? Shipping { get; init; }
    public long? Tax { get; init; }
}

/// <summary>An order; amounts in minor units of its currency.</summary>
/// <param name="Base">What rewards were computed from.</param>
/// <param name="RemainingBase">What of it refunds have left.</param>
/// <param name="CustomerId">Null once the customer is deleted, and for keys bound to a referrer.</param>
/// <param name="LinkId">The link that is credited; null: none is.</param>
/// <param name="LinkKey">Its public id.</param>
/// <param name="Source">server, or browser where nobody but the customer's browser has reported it.</param>
internal sealed record OrderAnswer(
    string OrderId,
    string? CustomerId,
    long CustomerNumber,
    string State,
    string Currency,
    long Total,
    long Base,
    long RemainingBase,
    long Refunded,
    string? Channel,
    long? ReferrerId,
    string? Via,
    long? LinkId,
    string? LinkKey,
    string Source,
    DateTimeOffset OrderedAt,
    DateTimeOffset ReceivedAt)
{
    public static OrderAnswer Of(OrderRecord order, Call call) => new(
        order.OrderId, call.BoundTo is null ? order.CustomerId : null, order.CustomerNumber, order.State, order.Currency, order.Total, order.Base, order.RemainingBase,
        order.Refunded, order.Channel, order.ReferrerId, order.Via, order.LinkId, order.LinkKey, order.Source, order.OrderedAt, order.ReceivedAt);
}

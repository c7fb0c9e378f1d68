using System.Text.Json;
using Tributary.ChainOrders;
using Tributary.Chains;
using Tributary.Keys;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1.ChainOrders;

/// <summary>
/// Orders with amounts on chains, reported by a platform's back end. Idempotent by content. A bound key records and reads under
/// its integrator's code alone.
/// </summary>
internal static class ChainOrdersApi
{
    public static void MapChainOrders(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/chain-orders", PostAsync).ForReferrersToo(KeyScopes.Write, whilePaused: false).ByContent()
            .Describe("recordChainOrder", "Record an order on chains, or fill what is not known of it yet", StatusCodes.Status201Created);
        routes.MapPost("/chain-orders/batch", PostBatchAsync).ForReferrersToo(KeyScopes.Write, whilePaused: false).ByContent().WithBatchBody()
            .Describe("recordChainOrders", "Record up to 1000 orders, each by itself: a bad one does not touch the others");
        routes.MapPost("/chain-orders/events/batch", PostEventsAsync).ForReferrersToo(KeyScopes.Write, whilePaused: false).ByContent().WithBatchBody()
            .Describe("recordChainEvents", "Report up to 1000 events, each of the order it names");
        routes.MapPost("/chain-orders/{orderId}/events", PostEventAsync).ForReferrersToo(KeyScopes.Write, whilePaused: false).ByContent()
            .Describe("recordChainEvent", "Report that an order has reached a stage; in any order, any number of times");
        routes.MapPost("/chain-orders/{orderId}/hold", HoldAsync).ForSecrets(KeyScopes.Write).ByContent()
            .Describe("holdChainOrder", "Say why nobody fills the order, or that nothing holds it any more");
        routes.MapPost("/chain-orders/{orderId}/resolve", ResolveAsync).ForSecrets(KeyScopes.Manage).ByContent()
            .Describe("resolveChainOrder", "Say which way an order really went that is known as having gone the other");
        routes.MapGet("/chain-orders", ListAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listChainOrders", "Orders on chains and what is only prepared, the last received first");
        routes.MapGet("/chain-orders/{orderId}", GetAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getChainOrder", "One order with every stage, every refused report and why it is credited as it is");
    }

    private static async Task<Answer<ChainOutcomeAnswer>> PostAsync(
        Call call, Body<ChainOrderBody> body, ChainIntake intake, CancellationToken ct) =>
        ChainOutcomeAnswer.Of(await intake.RecordAsync(call, body.Value, ct));

    private static async Task<Answer<ChainBatchAnswer>> PostBatchAsync(
        Call call, Body<ChainOrdersBody> body, ChainIntake intake, CancellationToken ct) =>
        await intake.RecordAllAsync(call, body.Value.Orders, ct);

    private static async Task<Answer<ChainBatchAnswer>> PostEventsAsync(
        Call call, Body<ChainEventsBody> body, ChainIntake intake, CancellationToken ct) =>
        await intake.ReportAllAsync(call, body.Value.Events, ct);

    private static async Task<Answer<ChainOutcomeAnswer>> PostEventAsync(
        Call call, PathText orderId, Body<ChainEventBody> body, ChainIntake intake, CancellationToken ct) =>
        ChainHash.TryReadOrderId(orderId.Value, out var id)
            ? ChainOutcomeAnswer.Of(await intake.ReportAsync(call, body.Value, id, ct))
            : ChainOrderRecords.NotFound;

    private static async Task<Answer<ChainOutcomeAnswer>> HoldAsync(
        Call call, PathText orderId, Body<HoldBody> body, ResolveChainOrder resolve, CancellationToken ct)
    {
        if (body.Value.Reason is { } reason && !ResolveChainOrder.HoldReasons.Contains(reason))
            return new Problem(ProblemCode.InvalidValue, $"The reasons are {string.Join(", ", ResolveChainOrder.HoldReasons)}.", "reason");
        return ChainHash.TryReadOrderId(orderId.Value, out var id)
            ? ChainOutcomeAnswer.Of(await resolve.HoldAsync(call.Program, id, body.Value.Reason, call.Caller, ct))
            : ChainOrderRecords.NotFound;
    }

    private static async Task<Answer<ChainOutcomeAnswer>> ResolveAsync(
        Call call, PathText orderId, Body<ResolveBody> body, ResolveChainOrder resolve, CancellationToken ct)
    {
        if (body.Value.Branch is not ("unlock" or "cancel"))
            return new Problem(ProblemCode.InvalidValue, "The branches are unlock and cancel.", "branch");
        if (body.Value.Reason.Length is 0 or > Limits.Text)
            return new Problem(ProblemCode.InvalidValue, $"A reason has 1 to {Limits.Text} characters.", "reason");
        var branch = body.Value.Branch == "unlock" ? ChainBranch.Unlock : ChainBranch.Cancel;
        return ChainHash.TryReadOrderId(orderId.Value, out var id)
            ? ChainOutcomeAnswer.Of(await resolve.TurnAsync(call.Program, id, branch, body.Value.Reason, call.Caller, ct))
            : ChainOrderRecords.NotFound;
    }

    private static async Task<Answer<ListAnswer<ChainListItemAnswer>>> ListAsync(
        Call call, Paging page, string? code, string? state, bool? unclaimed, string? from, string? to, ChainOrderRecords orders, CancellationToken ct)
    {
        var read = new ChainReading(ChainTable.Default);
        var filter = new ChainOrderFilter(
            read.Code(TextOf(code), "code"), StateOf(read, state), unclaimed ?? false, read.Time(TextOf(from), "from"), read.Time(TextOf(to), "to"));
        if (read.Problem is { } problem)
            return problem;
        if (call.BoundTo is { } integrator)
        {
            var own = await orders.CodeOfAsync(call.Program.Id, integrator, ct);
            if (own is null || (filter.Code is { } asked && asked != own))
                return new ListAnswer<ChainListItemAnswer>([], null);
            filter = filter with { Code = own };
        }
        return ListAnswer<ChainListItemAnswer>.Of(await orders.ListAsync(call.Program.Id, filter, page.Request, ct), ChainListItemAnswer.Of);
    }

    private static async Task<Answer<ChainOrderStoryAnswer>> GetAsync(Call call, PathText orderId, ChainOrderRecords orders, CancellationToken ct)
    {
        var story = ChainHash.TryReadOrderId(orderId.Value, out var id) ? await orders.ExplainAsync(call.Program.Id, id, ct) : null;
        if (story is not null && call.BoundTo is { } integrator
            && (story.Order.ReferralCode is null || await orders.CodeOfAsync(call.Program.Id, integrator, ct) != story.Order.ReferralCode))
            story = null;
        return story.OrNotFound(ChainOrderStoryAnswer.Of, "order");
    }

    private static Scalar? TextOf(string? text) => text is null ? null : new Scalar(text);

    private static string? StateOf(ChainReading read, string? text)
    {
        if (text is null or ChainOrderRecords.Prepared)
            return text;
        if (ChainOrderStates.TryParse(text, out var state))
            return state.ToString();
        read.Refuse("state", $"The states are {ChainOrderRecords.Prepared}, {string.Join(", ", ChainOrderStates.All)}.");
        return null;
    }
}

/// <param name="Outcome">created, updated or unchanged; of an event applied, unchanged or waiting.</param>
internal sealed record ChainOutcomeAnswer(string OrderId, string Outcome)
{
    public static Answer<ChainOutcomeAnswer> Of(Outcome<ChainOutcome> result)
    {
        if (!result.TryGet(out var outcome, out var problem))
            return problem;
        if (outcome.Problem is { } refused)
            return refused;
        var status = outcome.Kind switch
        {
            ChainOutcomeKind.Created => StatusCodes.Status201Created,
            ChainOutcomeKind.Waiting => StatusCodes.Status202Accepted,
            ChainOutcomeKind.Updated or ChainOutcomeKind.Unchanged or ChainOutcomeKind.Applied or ChainOutcomeKind.Refused => StatusCodes.Status200OK,
        };
        return Answer<ChainOutcomeAnswer>.Of(new ChainOutcomeAnswer(outcome.OrderId, Word(outcome.Kind)), status);
    }

    public static string Word(ChainOutcomeKind kind) => kind switch
    {
        ChainOutcomeKind.Created => "created",
        ChainOutcomeKind.Updated => "updated",
        ChainOutcomeKind.Unchanged => "unchanged",
        ChainOutcomeKind.Refused => "refused",
        ChainOutcomeKind.Applied => "applied",
        ChainOutcomeKind.Waiting => "waiting",
    };
}

/// <param name="Index">The item's place in the batch, from 0.</param>
/// <param name="OrderId">Null where it could not be read.</param>
/// <param name="Outcome">As of a single report, or refused.</param>
/// <param name="Problem">Why it was refused.</param>
internal sealed record ChainBatchResult(int Index, string? OrderId, string Outcome, ProblemAnswer? Problem);

/// <param name="Results">One for each item, in their order.</param>
internal sealed record ChainBatchAnswer(IReadOnlyList<ChainBatchResult> Results);

internal sealed record ChainOrdersBody
{
    /// <summary>1 to 1000 orders, each as the single call takes it.</summary>
    public required IReadOnlyList<JsonElement> Orders { get; init; }
}

internal sealed record ChainEventsBody
{
    /// <summary>1 to 1000 events, each with its orderId.</summary>
    public required IReadOnlyList<JsonElement> Events { get; init; }
}

internal sealed record HoldBody
{
    /// <summary>unprofitable, compliance or other; null: nothing holds it.</summary>
    public required string? Reason { get; init; }
}

internal sealed record ResolveBody
{
    /// <summary>unlock or cancel.</summary>
    public required string Branch { get; init; }

    /// <summary>For the audit log.</summary>
    public required string Reason { get; init; }
}

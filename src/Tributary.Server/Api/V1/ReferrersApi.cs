using System.Text.Json.Nodes;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Referrers;

namespace Tributary.Server.Api.V1;

/// <summary>Partners, integrators and referring customers. A bound key meets only its own referrer.</summary>
internal static class ReferrersApi
{
    public static void MapReferrers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/referrers", ListAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listReferrers", "Referrers, oldest first; filter by kind and state");
        routes.MapPost("/referrers", CreateAsync).ForSecrets(KeyScopes.Write)
            .Describe("createReferrer", "Make a partner or an integrator with a first code", StatusCodes.Status201Created);
        routes.MapGet("/referrers/{referrerId:long}", GetAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getReferrer", "One referrer");
        routes.MapPatch("/referrers/{referrerId:long}", ChangeAsync).ForSecrets(KeyScopes.Write)
            .Describe("changeReferrer", "Change who a referrer is");
        routes.MapPost("/referrers/{referrerId:long}/activate", ActivateAsync).ForSecrets(KeyScopes.Write)
            .Describe("activateReferrer", "Approve a referrer that applied, or bring a suspended or archived one back");
        routes.MapPost("/referrers/{referrerId:long}/suspend", SuspendAsync).ForSecrets(KeyScopes.Write)
            .Describe("suspendReferrer", "Stop a referrer for a while: it earns nothing and keeps what it has");
        routes.MapPost("/referrers/{referrerId:long}/archive", ArchiveAsync).ForSecrets(KeyScopes.Write)
            .Describe("archiveReferrer", "Put a referrer away: it earns nothing until it is activated again");
    }

    private static async Task<Answer<ListAnswer<ReferrerAnswer>>> ListAsync(
        Call call, Paging page, string? kind, string? state, ReferrerRegister referrers, CancellationToken ct)
    {
        if (!Filter(kind, state, call.BoundTo).TryGet(out var filter, out var problem))
            return problem;
        return ListAnswer<ReferrerAnswer>.Of(await referrers.ListAsync(call.Program.Id, filter, page.Request, ct), ReferrerAnswer.Of);
    }

    private static async Task<Answer<ReferrerAnswer>> GetAsync(Call call, long referrerId, ReferrerRegister referrers, CancellationToken ct)
    {
        var found = call.Sees(referrerId) ? await referrers.FindAsync(call.Program.Id, referrerId, ct) : null;
        return found.OrNotFound(ReferrerAnswer.Of, "referrer");
    }

    private static Task<Answer<ReferrerAnswer>> CreateAsync(
        Call call, Body<ReferrerBody> body, ReferrerRegister referrers, CancellationToken ct)
    {
        var wanted = body.Value;
        var made = new NewReferrer(
            wanted.Kind, wanted.Key, wanted.Name, wanted.Email, wanted.Code, wanted.Attributes, wanted.Pending ?? false);
        return call.RunAsync(
            caller => referrers.CreateAsync(call.Program, made, caller, ct),
            ReferrerAnswer.Of,
            StatusCodes.Status201Created,
            body: body.Bytes);
    }

    private static async Task<Answer<ReferrerAnswer>> ChangeAsync(
        Call call, long referrerId, Body<ReferrerChangeBody> body, ReferrerRegister referrers, CancellationToken ct)
    {
        var wanted = body.Value;
        var change = new ReferrerChange(wanted.Key, wanted.Name, wanted.Email, wanted.Attributes);
        return (await referrers.UpdateAsync(call.Program, referrerId, change, call.Caller, ct)).Map(ReferrerAnswer.Of);
    }

    private static Task<Answer<ReferrerAnswer>> ActivateAsync(
        Call call, long referrerId, Body<ReasonBody> body, ReferrerRegister referrers, CancellationToken ct) =>
        MoveAsync(call, referrerId, ReferrerState.Active, body, referrers, ct);

    private static Task<Answer<ReferrerAnswer>> SuspendAsync(
        Call call, long referrerId, Body<ReasonBody> body, ReferrerRegister referrers, CancellationToken ct) =>
        MoveAsync(call, referrerId, ReferrerState.Suspended, body, referrers, ct);

    private static Task<Answer<ReferrerAnswer>> ArchiveAsync(
        Call call, long referrerId, Body<ReasonBody> body, ReferrerRegister referrers, CancellationToken ct) =>
        MoveAsync(call, referrerId, ReferrerState.Archived, body, referrers, ct);

    private static Task<Answer<ReferrerAnswer>> MoveAsync(
        Call call, long referrerId, ReferrerState to, Body<ReasonBody> body, ReferrerRegister referrers, CancellationToken ct) =>
        call.RunAsync(
            caller => referrers.MoveAsync(call.Program, referrerId, to, body.Value.Reason, caller, ct),
            ReferrerAnswer.Of,
            body: body.Bytes);

    private static Outcome<ReferrerFilter> Filter(string? kind, string? state, long? boundTo)
    {
        ReferrerKind? wantedKind = kind switch
        {
            "partner" => ReferrerKind.Partner,
            "customer" => ReferrerKind.Customer,
            "integrator" => ReferrerKind.Integrator,
            _ => null,
        };
        if (kind is not null && wantedKind is null)
            return new Problem(ProblemCode.InvalidValue, "The kinds are partner, customer, integrator.", "kind");
        if (state is null)
            return new ReferrerFilter(wantedKind, null, boundTo);
        return ReferrerStates.TryParse(state, out var wantedState)
            ? new ReferrerFilter(wantedKind, wantedState, boundTo)
            : new Problem(ProblemCode.InvalidValue, "The states are pending, active, suspended, archived, unclaimed, rejected, deleted.", "state");
    }
}

/// <param name="Id">Also the recipient of its rewards; a referring customer's is the customer's number.</param>
/// <param name="Key">The merchant's own key of it.</param>
/// <param name="CustomerId">Of a referring customer: the merchant's id of the customer.</param>
internal sealed record ReferrerAnswer(
    long Id,
    ReferrerKind Kind,
    string? Key,
    string? CustomerId,
    string? Name,
    string? Email,
    ReferrerState State,
    JsonObject Attributes,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static ReferrerAnswer Of(Referrer referrer) => new(
        referrer.Id, referrer.Kind, referrer.Key, referrer.CustomerMerchantId, referrer.Name, referrer.Email, referrer.State,
        referrer.Attributes, referrer.CreatedAt, referrer.UpdatedAt);
}

internal sealed record ReferrerBody
{
    /// <summary>partner or integrator; customers become referrers by themselves.</summary>
    public required ReferrerKind Kind { get; init; }
    public string? Key { get; init; }
    public string? Name { get; init; }
    public string? Email { get; init; }

    /// <summary>Its first code; left out: generated.</summary>
    public string? Code { get; init; }
    public JsonObject? Attributes { get; init; }

    /// <summary>True: somebody must approve it first.</summary>
    public bool? Pending { get; init; }
}

/// <summary>What is left out stays; empty text clears.</summary>
internal sealed record ReferrerChangeBody
{
    public string? Key { get; init; }
    public string? Name { get; init; }
    public string? Email { get; init; }

    /// <summary>Merged by name; null removes one.</summary>
    public JsonObject? Attributes { get; init; }
}

internal sealed record ReasonBody
{
    /// <summary>For the audit log; at most 255 characters.</summary>
    public string? Reason { get; init; }
}

using Tributary.ChainOrders;
using Tributary.Chains;
using Tributary.Keys;
using Tributary.Referrers;

namespace Tributary.Server.Api.V1;

/// <summary>Codes that referrers share.</summary>
internal static class CodesApi
{
    public static void MapCodes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/referrers/{referrerId:long}/codes", ListAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listCodes", "A referrer's codes, oldest first, retired ones too");
        routes.MapPost("/referrers/{referrerId:long}/codes", AddAsync).ForReferrersToo(KeyScopes.Write)
            .Describe("addCode", "Give a referrer a further code, chosen or generated", StatusCodes.Status201Created);
        routes.MapGet("/codes/{code}", GetAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getCode", "Whose code this is and whether it works, in any letter case");
        routes.MapPatch("/codes/{code}", ExpireAsync).ForReferrersToo(KeyScopes.Write)
            .Describe("changeCode", "Set or lift a code's expiry");
        routes.MapDelete("/codes/{code}", RetireAsync).ForReferrersToo(KeyScopes.Write)
            .Describe("retireCode", "Retire a code for ever; nobody gets it again");
    }

    private static async Task<Answer<ListAnswer<CodeAnswer>>> ListAsync(
        Call call, long referrerId, Paging page, ReferrerRegister referrers, ReferrerCodes codes, TimeProvider clock, CancellationToken ct)
    {
        if (!call.Sees(referrerId) || await referrers.FindAsync(call.Program.Id, referrerId, ct) is null)
            return Answers.NotFound("referrer");
        var found = await codes.ListAsync(call.Program.Id, referrerId, page.Request, ct);
        return ListAnswer<CodeAnswer>.Of(found, code => CodeAnswer.Of(code, clock));
    }

    private static Task<Answer<CodeAnswer>> AddAsync(
        Call call, long referrerId, Body<CodeBody> body, ReferrerCodes codes, TimeProvider clock, CancellationToken ct)
    {
        if (!call.Sees(referrerId))
            return Task.FromResult<Answer<CodeAnswer>>(Answers.NotFound("referrer"));
        var wanted = new NewCode(referrerId, body.Value.Code, body.Value.ExpiresAt);
        return call.RunAsync(
            caller => codes.AddAsync(call.Program, wanted, caller, ct),
            code => CodeAnswer.Of(code, clock),
            StatusCodes.Status201Created,
            body: body.Bytes);
    }

    /// <summary>A number may also be a code that orders carry and nobody owns, or that nobody has met yet.</summary>
    private static async Task<Answer<CodeAnswer>> GetAsync(
        Call call, PathText code, ReferrerCodes codes, IntegratorRegister integrators, TimeProvider clock, CancellationToken ct)
    {
        var found = await FindAsync(call, code, codes, ct);
        if (!ReferralNumber.TryRead(code.Value, out var number) || number is not { } known)
            return found.OrNotFound(one => CodeAnswer.Of(one, clock), "code");
        var standing = await integrators.StandingAsync(call.Program.Id, known.Value, ct);
        if (standing.Status == "unknown" && found is not null)
            return CodeAnswer.Of(found, clock);
        return call.Sees(standing.ReferrerId) ? CodeAnswer.Of(standing, found, clock) : Answers.NotFound("code");
    }

    private static async Task<Answer<CodeAnswer>> ExpireAsync(
        Call call, PathText code, Body<CodeExpiryBody> body, ReferrerCodes codes, TimeProvider clock, CancellationToken ct)
    {
        if (await FindAsync(call, code, codes, ct) is null)
            return Answers.NotFound("code");
        return (await codes.ExpireAsync(call.Program, code.Value, body.Value.ExpiresAt, call.Caller, ct))
            .Map(changed => CodeAnswer.Of(changed, clock));
    }

    private static async Task<Answer<CodeAnswer>> RetireAsync(
        Call call, PathText code, ReferrerCodes codes, TimeProvider clock, CancellationToken ct)
    {
        if (await FindAsync(call, code, codes, ct) is null)
            return Answers.NotFound("code");
        return (await codes.RetireAsync(call.Program, code.Value, call.Caller, ct)).Map(changed => CodeAnswer.Of(changed, clock));
    }

    private static async Task<ReferrerCode?> FindAsync(Call call, PathText code, ReferrerCodes codes, CancellationToken ct) =>
        await codes.FindAsync(call.Program.Id, code.Value, ct) is { } found && call.Sees(found.ReferrerId) ? found : null;
}

/// <param name="Code">As it was written; letter case does not count when it is used.</param>
/// <param name="Usable">Whether it would count now: not retired or expired, and its referrer active.</param>
/// <param name="ReferrerId">Null: nobody's.</param>
/// <param name="CreatedAt">Null: it was never given to anybody.</param>
/// <param name="Status">claimed, unclaimed (orders carry it and nobody owns it) or unknown.</param>
/// <param name="FirstSeen">When an order on chains carried it first; null: none did.</param>
/// <param name="Orders">How many orders on chains carry it.</param>
internal sealed record CodeAnswer(
    string Code, long? ReferrerId, bool Usable, bool Retired, DateTimeOffset? ExpiresAt, DateTimeOffset? CreatedAt, string Status,
    DateTimeOffset? FirstSeen, long Orders)
{
    /// <param name="code">Null where nobody has it.</param>
    public static CodeAnswer Of(CodeStanding standing, ReferrerCode? code, TimeProvider clock) => new(
        new ReferralNumber(standing.Code).ToString(), standing.ReferrerId, code?.IsUsable(clock.GetUtcNow()) ?? false, code?.Retired ?? false,
        code?.ExpiresAt, code?.CreatedAt, standing.Status, standing.FirstSeen, standing.Orders);

    public static CodeAnswer Of(ReferrerCode code, TimeProvider clock) => new(
        code.Code, code.ReferrerId, code.IsUsable(clock.GetUtcNow()), code.Retired, code.ExpiresAt, code.CreatedAt,
        "claimed", null, 0);
}

internal sealed record CodeBody
{
    /// <summary>3 to 64 letters, digits, - and _; left out: generated.</summary>
    public string? Code { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
}

internal sealed record CodeExpiryBody
{
    /// <summary>Null: it does not expire.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }
}

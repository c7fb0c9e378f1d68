using Tributary.ChainOrders;
using Tributary.Chains;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Referrers;

namespace Tributary.Server.Api.V1.ChainOrders;

/// <summary>Products that integrate the platform, their codes and keys, and what they draw on chain. A bound key meets only its own.</summary>
internal static class IntegratorsApi
{
    public static void MapIntegrators(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/integrators", RegisterAsync).ForSecrets(KeyScopes.Write).ByContent()
            .Describe("registerIntegrator", "Register an integrator with its one code; the same external id or wallet again is the same integrator", StatusCodes.Status201Created);
        routes.MapGet("/integrators", ListAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listIntegrators", "Integrators, oldest first; by wallet, external id, or part of a name or code");
        routes.MapGet("/integrators/{integratorId:long}", GetAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getIntegrator", "One integrator with its code and wallets");
        routes.MapPatch("/integrators/{integratorId:long}", ChangeAsync).ForSecrets(KeyScopes.Write)
            .Describe("changeIntegrator", "Change an integrator's name or wallets, suspend it or bring it back");
        routes.MapPost("/integrators/{integratorId:long}/keys", MintAsync).ForSecrets(KeyScopes.Manage)
            .Describe("createIntegratorKey", "Make a secret key that is bound to the integrator; its token is shown once", StatusCodes.Status201Created);
        routes.MapPost("/codes/{code}/claim", ClaimAsync).ForSecrets(KeyScopes.Manage).ByContent()
            .Describe("claimCode", "Give a code that orders carried before anybody owned it to an integrator that has none");
        routes.MapPost("/affiliate-withdrawals", WithdrawAsync).ForSecrets(KeyScopes.Write).ByContent()
            .Describe("recordAffiliateWithdrawal", "Book fees as paid that an integrator has drawn on chain", StatusCodes.Status201Created);
    }

    private static async Task<Answer<IntegratorAnswer>> RegisterAsync(
        Call call, Body<IntegratorBody> body, IntegratorRegister integrators, CancellationToken ct)
    {
        var read = new ChainReading(call.Program.Settings.DeBridge.ChainTable);
        var wanted = new NewIntegrator(
            body.Value.Name, body.Value.ExternalId, body.Value.Email, Wallets(read, body.Value.Wallets), read.Code(body.Value.Code, "code"));
        if (read.Problem is { } problem)
            return problem;
        return (await integrators.RegisterAsync(call.Program, wanted, call.Caller, ct)).TryGet(out var registered, out var refused)
            ? Answer<IntegratorAnswer>.Of(
                IntegratorAnswer.Of(registered.Integrator), registered.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK)
            : refused;
    }

    private static async Task<Answer<ListAnswer<IntegratorAnswer>>> ListAsync(
        Call call, Paging page, string? wallet, string? externalId, string? q, IntegratorRegister integrators, CancellationToken ct)
    {
        if (call.BoundTo is { } own)
            return new ListAnswer<IntegratorAnswer>([.. await OwnAsync(call, own, integrators, ct)], null);
        if (new[] { wallet, externalId, q }.Any(text => text?.Length > Limits.Text || !StorableText.IsStorable(text ?? "")))
            return new Problem(ProblemCode.InvalidValue, "Not a text to look for.", "q");
        var canonical = wallet is null ? null : ChainAddress.Candidates(wallet) is [var first, ..] ? first : wallet;
        var found = await integrators.ListAsync(call.Program.Id, new IntegratorFilter(canonical, externalId, q), page.Request, ct);
        return ListAnswer<IntegratorAnswer>.Of(found, IntegratorAnswer.Of);
    }

    private static async Task<Answer<IntegratorAnswer>> GetAsync(Call call, long integratorId, IntegratorRegister integrators, CancellationToken ct) =>
        (call.Sees(integratorId) ? await integrators.FindAsync(call.Program.Id, integratorId, ct) : null)
            .OrNotFound(IntegratorAnswer.Of, "integrator");

    private static async Task<Answer<IntegratorAnswer>> ChangeAsync(
        Call call, long integratorId, Body<IntegratorChangeBody> body, IntegratorRegister integrators, CancellationToken ct)
    {
        var read = new ChainReading(call.Program.Settings.DeBridge.ChainTable);
        var wallets = Wallets(read, body.Value.Wallets);
        bool? active = body.Value.State switch { "active" => true, "suspended" => false, _ => null };
        if (body.Value.State is not null && active is null)
            read.Refuse("state", "The states are active and suspended.");
        if (read.Problem is { } problem)
            return problem;
        return (await integrators.ChangeAsync(call.Program, integratorId, new IntegratorChange(body.Value.Name, wallets, active), call.Caller, ct))
            .Map(IntegratorAnswer.Of);
    }

    private static async Task<Answer<MintedKeyAnswer>> MintAsync(
        Call call, long integratorId, Body<IntegratorKeyBody> body, IntegratorRegister integrators, ApiKeys keys, CancellationToken ct)
    {
        if (await integrators.FindAsync(call.Program.Id, integratorId, ct) is null)
            return IntegratorRegister.NotFound;
        var wanted = new NewKey(ApiKeyKind.Secret, body.Value.Name, body.Value.Scopes, integratorId, body.Value.ExpiresAt);
        return await call.RunAsync(
            caller => keys.CreateAsync(call.Program, wanted, call.Key.Scopes, caller, ct),
            MintedKeyAnswer.Of,
            StatusCodes.Status201Created,
            answer => answer with { Token = null },
            body.Bytes);
    }

    private static async Task<Answer<IntegratorAnswer>> ClaimAsync(
        Call call, PathText code, Body<CodeClaimBody> body, ClaimCode claim, CancellationToken ct)
    {
        if (!ReferralNumber.TryRead(code.Value, out var number) || number is not { } claimed)
            return Answers.NotFound("code");
        return (await claim.ExecuteAsync(call.Program, claimed.Value, body.Value.ReferrerId, body.Value.Name, call.Caller, ct))
            .Map(IntegratorAnswer.Of);
    }

    private static async Task<Answer<WithdrawalAnswer>> WithdrawAsync(
        Call call, Body<WithdrawalBody> body, RecordWithdrawal record, CancellationToken ct)
    {
        var read = new ChainReading(call.Program.Settings.DeBridge.ChainTable);
        var withdrawal = body.Value.ToWithdrawal(read);
        if (read.Problem is { } problem)
            return problem;
        return (await record.ExecuteAsync(call.Program, withdrawal, call.Caller, ct)).TryGet(out var recorded, out var refused)
            ? Answer<WithdrawalAnswer>.Of(
                new WithdrawalAnswer(recorded.WithdrawalId, recorded.Created ? "created" : "unchanged"),
                recorded.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK)
            : refused;
    }

    private static async Task<IReadOnlyList<IntegratorAnswer>> OwnAsync(Call call, long own, IntegratorRegister integrators, CancellationToken ct) =>
        await integrators.FindAsync(call.Program.Id, own, ct) is { } found ? [IntegratorAnswer.Of(found)] : [];

    private static List<string>? Wallets(ChainReading read, IReadOnlyList<string>? wallets) => wallets is null
        ? null
        : [.. wallets.Select((wallet, n) => read.Address(wallet, $"wallets.{n}") ?? "").Distinct()];
}

/// <param name="Id">Also the recipient of its fees.</param>
/// <param name="Code">Its one code, for good; null: none yet.</param>
/// <param name="Wallets">Its own: what they order is a self-referral.</param>
internal sealed record IntegratorAnswer(
    long Id, string? Name, string? ExternalId, string? Email, string State, long? Code, IReadOnlyList<string> Wallets, DateTimeOffset CreatedAt)
{
    public static IntegratorAnswer Of(Integrator integrator) => new(
        integrator.Id, integrator.Name, integrator.ExternalId, integrator.Email, integrator.State.Text(), integrator.Code, integrator.Wallets,
        integrator.CreatedAt);
}

/// <param name="Outcome">created or unchanged.</param>
internal sealed record WithdrawalAnswer(long WithdrawalId, string Outcome);

internal sealed record IntegratorBody
{
    public required string Name { get; init; }

    /// <summary>Your own id of it: the same again is the same integrator.</summary>
    public string? ExternalId { get; init; }
    public string? Email { get; init; }
    public IReadOnlyList<string>? Wallets { get; init; }

    /// <summary>A number that is free; left out: the next one, unless the programme's codes are told.</summary>
    public Scalar? Code { get; init; }
}

/// <summary>What is left out stays.</summary>
internal sealed record IntegratorChangeBody
{
    public string? Name { get; init; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<string>? Wallets { get; init; }

    /// <summary>active or suspended.</summary>
    public string? State { get; init; }
}

internal sealed record IntegratorKeyBody
{
    public string? Name { get; init; }

    /// <summary>read, write; left out: both.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
}

internal sealed record CodeClaimBody
{
    /// <summary>An integrator that has no code yet.</summary>
    public long? ReferrerId { get; init; }

    /// <summary>Of a new integrator, instead.</summary>
    public string? Name { get; init; }
}

internal sealed record WithdrawalBody
{
    private const int MostOrders = 1000;

    public Scalar? ChainId { get; init; }
    public required string Token { get; init; }
    public required string Amount { get; init; }
    public required string TransactionHash { get; init; }
    public required string Beneficiary { get; init; }

    /// <summary>1 to 1000 orders whose fees were drawn; the amount is what these fees come to.</summary>
    public required IReadOnlyList<string> OrderIds { get; init; }

    public AffiliateWithdrawal ToWithdrawal(ChainReading read)
    {
        var chain = read.ChainId(ChainId, "chainId");
        if (OrderIds.Count is 0 or > MostOrders)
            read.Refuse("orderIds", $"1 to {MostOrders} orders.", ProblemCode.TooMany);
        return new AffiliateWithdrawal(
            chain,
            read.Address(Token, chain, "token") ?? "",
            read.RequiredAmount(Amount, "amount"),
            read.Hash(TransactionHash, chain, "transactionHash") ?? "",
            read.Address(Beneficiary, chain, "beneficiary") ?? "",
            [.. OrderIds.Take(MostOrders).Select((id, n) => read.OrderId(id, $"orderIds.{n}"))]);
    }
}

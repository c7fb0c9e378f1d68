using Tributary.Keys;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Server.Api.V1;

/// <summary>The hosts on which a programme's links live.</summary>
internal static class DomainsApi
{
    public static void MapDomains(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/domains", ListAsync).ForSecrets(KeyScopes.Read)
            .Describe("listDomains", "All domains, the primary one first, then oldest first");
        routes.MapPost("/domains", AddAsync).ForSecrets(KeyScopes.Manage)
            .Describe("addDomain", "Add a domain; it carries links once it is verified", StatusCodes.Status201Created);
        routes.MapGet("/domains/{domainId:long}", GetAsync).ForSecrets(KeyScopes.Read)
            .Describe("getDomain", "One domain, with what proves it");
        routes.MapPatch("/domains/{domainId:long}", ChangeAsync).ForSecrets(KeyScopes.Manage)
            .Describe("changeDomain", "Change what a domain is used for");
        routes.MapDelete("/domains/{domainId:long}", RemoveAsync).ForSecrets(KeyScopes.Manage)
            .Describe("removeDomain", "Remove a domain that no links are on; its number is not used again");
        routes.MapPost("/domains/{domainId:long}/verify", VerifyAsync).ForSecrets(KeyScopes.Manage)
            .Describe("verifyDomain", "Look for the domain's TXT record or file now");
        routes.MapPost("/domains/{domainId:long}/vouch", VouchAsync).ForSecrets(KeyScopes.Manage)
            .Describe("vouchForDomain", "Say as the server's operator that the domain is the merchant's; audited");
    }

    private static async Task<Answer<ListAnswer<DomainAnswer>>> ListAsync(Call call, DomainRegister domains, CancellationToken ct) =>
        new ListAnswer<DomainAnswer>([.. (await domains.ListAsync(call.Program.Id, ct)).Select(DomainAnswer.Of)], null);

    private static async Task<Answer<DomainAnswer>> GetAsync(Call call, long domainId, DomainRegister domains, CancellationToken ct) =>
        (await domains.FindByIdAsync(call.Program.Id, domainId, ct)).OrNotFound(DomainAnswer.Of, "domain");

    private static Task<Answer<DomainAnswer>> AddAsync(Call call, Body<DomainBody> body, DomainRegister domains, CancellationToken ct)
    {
        var wanted = body.Value;
        var made = new NewDomain(wanted.Kind, wanted.Host, wanted.Over(new DomainOptions()));
        return call.RunAsync(
            caller => domains.AddAsync(call.Program, made, caller, ct), DomainAnswer.Of, StatusCodes.Status201Created, body: body.Bytes);
    }

    private static async Task<Answer<DomainAnswer>> ChangeAsync(
        Call call, long domainId, Body<DomainChangeBody> body, DomainRegister domains, CancellationToken ct)
    {
        if (await domains.FindByIdAsync(call.Program.Id, domainId, ct) is not { } found)
            return Answers.NotFound("domain");
        return (await domains.ChangeAsync(call.Program, found.Number, body.Value.Over(found.Options), call.Caller, ct)).Map(DomainAnswer.Of);
    }

    private static async Task<Answer<DomainAnswer>> RemoveAsync(Call call, long domainId, DomainRegister domains, CancellationToken ct)
    {
        if (await domains.FindByIdAsync(call.Program.Id, domainId, ct) is not { } found)
            return Answers.NotFound("domain");
        return (await domains.RemoveAsync(call.Program, found.Number, call.Caller, ct)).Map(DomainAnswer.Of);
    }

    private static async Task<Answer<DomainAnswer>> VerifyAsync(
        Call call, long domainId, DomainRegister domains, DomainVerification verification, CancellationToken ct)
    {
        if (await domains.FindByIdAsync(call.Program.Id, domainId, ct) is not { } found)
            return Answers.NotFound("domain");
        return await call.RunAsync(caller => verification.VerifyAsync(call.Program, found.Number, caller, ct), DomainAnswer.Of);
    }

    private static async Task<Answer<DomainAnswer>> VouchAsync(
        Call call, long domainId, DomainRegister domains, DomainPolicy policy, CancellationToken ct)
    {
        if (await domains.FindByIdAsync(call.Program.Id, domainId, ct) is not { } found)
            return Answers.NotFound("domain");
        // Where programmes belong to strangers, a programme's key is not the operator's word.
        if (policy.VerifySites)
            return new Problem(ProblemCode.Forbidden, "This server verifies every domain.");
        return await call.RunAsync(caller => domains.VouchAsync(call.Program, found.Number, caller, ct), DomainAnswer.Of);
    }
}

/// <param name="Number">What Partnero's dialect calls it.</param>
/// <param name="Url">The address of the domain itself.</param>
/// <param name="SubDomains">Of a site: whether links may lead to its sub-domains.</param>
/// <param name="PathLinks">Of a site: whether its server passes <c>/ref/…</c> on to this one.</param>
/// <param name="KeepPath">Of a wildcard: whether the path of a visit takes the place of the destination's.</param>
/// <param name="Proof">What to set so that the domain can be verified; one of both is enough.</param>
internal sealed record DomainAnswer(
    long Id,
    int Number,
    DomainKind Kind,
    string Host,
    string Url,
    bool Primary,
    DomainState State,
    DomainProof? VerifiedBy,
    DateTimeOffset? VerifiedAt,
    DateTimeOffset? FailingSince,
    bool SubDomains,
    bool PathLinks,
    bool KeepPath,
    DomainProofAnswer Proof,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static DomainAnswer Of(Domain domain) => new(
        domain.Id, domain.Number, domain.Kind, domain.Address.Host, domain.Address.Url, domain.IsPrimary, domain.State, domain.VerifiedBy,
        domain.VerifiedAt, domain.FailingSince, domain.Options.SubDomains, domain.Options.PathLinks, domain.Options.KeepPath,
        new DomainProofAnswer(
            DomainVerification.RecordPrefix + domain.Address.Host, domain.Address.Origin + DomainVerification.FilePath, domain.Token),
        domain.CreatedAt, domain.UpdatedAt);
}

/// <param name="RecordName">Name of a TXT record with the value.</param>
/// <param name="FileUrl">Where a file has the value in its first line.</param>
internal sealed record DomainProofAnswer(string RecordName, string FileUrl, string Value);

internal sealed record DomainBody
{
    /// <summary>site: pages that links lead to. short: a host that points to this server. wildcard: the base of sub-domain links.</summary>
    public required DomainKind Kind { get; init; }

    /// <summary>Such as <c>go.yoursite.com</c>; of a site with a port or a base path where it has them.</summary>
    public required string Host { get; init; }
    public bool? SubDomains { get; init; }
    public bool? PathLinks { get; init; }
    public bool? KeepPath { get; init; }

    public DomainOptions Over(DomainOptions usual) =>
        new(SubDomains ?? usual.SubDomains, PathLinks ?? usual.PathLinks, KeepPath ?? usual.KeepPath);
}

internal sealed record DomainChangeBody
{
    public bool? SubDomains { get; init; }
    public bool? PathLinks { get; init; }
    public bool? KeepPath { get; init; }

    public DomainOptions Over(DomainOptions present) =>
        new(SubDomains ?? present.SubDomains, PathLinks ?? present.PathLinks, KeepPath ?? present.KeepPath);
}

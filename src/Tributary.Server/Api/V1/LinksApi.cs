using Tributary.Keys;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Server.Qr;

namespace Tributary.Server.Api.V1;

/// <summary>Links of referrers. A bound key meets and makes only its own referrer's.</summary>
internal static class LinksApi
{
    public static void MapLinks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/links", ListAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listLinks", "Links, default links first, then newest first; filter by referrer, state, key and label");
        routes.MapPost("/links", CreateAsync).ForReferrersToo(KeyScopes.Write)
            .Describe("createLink", "Make a link; every referrer has a default one already", StatusCodes.Status201Created);
        routes.MapGet("/links/{linkId:long}", GetAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getLink", "One link in all its forms");
        routes.MapPatch("/links/{linkId:long}", ChangeAsync).ForReferrersToo(KeyScopes.Write)
            .Describe("changeLink", "Change a link; former keys keep answering, and the change holds within a second");
        routes.MapDelete("/links/{linkId:long}", DeleteAsync).ForReferrersToo(KeyScopes.Write)
            .Describe("deleteLink", "Delete a link: visitors are still led on, and nothing is earned by it any more");
        routes.MapPost("/links/{linkId:long}/block", BlockAsync).ForSecrets(KeyScopes.Manage)
            .Describe("blockLink", "Stop a link for abuse: visitors are told that it is gone");
        routes.MapPost("/links/{linkId:long}/unblock", UnblockAsync).ForSecrets(KeyScopes.Manage)
            .Describe("unblockLink", "Let a blocked link go on");
        routes.MapGet("/links/{linkId:long}/qr", QrAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getLinkQr", "A QR code of the link: format svg or png, size in pixels, margin in modules, form short or query");
    }

    private static async Task<Answer<ListAnswer<LinkAnswer>>> ListAsync(
        Call call, Paging page, long? referrerId, string? state, string? key, string? label,
        LinkRegister links, DomainRegister domains, TimeProvider clock, CancellationToken ct)
    {
        LinkState wanted = default;
        if (state is not null && !LinkWords.TryParse(state, out wanted))
            return new Problem(ProblemCode.InvalidValue, "The states are active, paused, expired, deleted and blocked.", "state");
        if (referrerId is not null && !call.Sees(referrerId))
            return new ListAnswer<LinkAnswer>([], null);
        var filter = new LinkFilter(referrerId ?? call.BoundTo, state is null ? null : wanted, key, label);
        var addresses = await domains.AddressesAsync(call.Program, ct);
        var found = await links.ListAsync(call.Program.Id, filter, page.Request, clock.GetUtcNow(), ct);
        return ListAnswer<LinkAnswer>.Of(found, link => LinkAnswer.Of(link, addresses, clock));
    }

    private static async Task<Answer<LinkAnswer>> GetAsync(
        Call call, long linkId, LinkRegister links, DomainRegister domains, TimeProvider clock, CancellationToken ct)
    {
        var addresses = await domains.AddressesAsync(call.Program, ct);
        return (await FindAsync(call, linkId, links, ct)).OrNotFound(link => LinkAnswer.Of(link, addresses, clock), "link");
    }

    private static async Task<Answer<LinkAnswer>> CreateAsync(
        Call call, Body<LinkBody> body, LinkRegister links, DomainRegister domains, TimeProvider clock, CancellationToken ct)
    {
        var wanted = body.Value;
        if (!call.Sees(wanted.ReferrerId))
            return new Problem(ProblemCode.UnknownReference, "No such referrer.", "referrerId");
        var addresses = await domains.AddressesAsync(call.Program, ct);
        if (!NumberOf(wanted.DomainId, addresses).TryGet(out var number, out var problem))
            return problem;
        return await call.RunAsync(
            caller => links.CreateAsync(call.Program, wanted.ToLink(number.Value), caller, ct),
            link => LinkAnswer.Of(link, addresses, clock),
            StatusCodes.Status201Created,
            body: body.Bytes);
    }

    private static async Task<Answer<LinkAnswer>> ChangeAsync(
        Call call, long linkId, Body<LinkChangeBody> body, LinkRegister links, DomainRegister domains, TimeProvider clock, CancellationToken ct)
    {
        if (await FindAsync(call, linkId, links, ct) is null)
            return Answers.NotFound("link");
        var addresses = await domains.AddressesAsync(call.Program, ct);
        if (!NumberOf(body.Value.DomainId is 0 ? null : body.Value.DomainId, addresses).TryGet(out var number, out var problem))
            return problem;
        return (await links.ChangeAsync(call.Program, linkId, body.Value.ToChange(number.Value), call.Caller, ct))
            .Map(link => LinkAnswer.Of(link, addresses, clock));
    }

    private static async Task<Answer<LinkAnswer>> DeleteAsync(
        Call call, long linkId, LinkRegister links, DomainRegister domains, TimeProvider clock, CancellationToken ct)
    {
        if (await FindAsync(call, linkId, links, ct) is null)
            return Answers.NotFound("link");
        var addresses = await domains.AddressesAsync(call.Program, ct);
        return (await links.DeleteAsync(call.Program, linkId, call.Caller, ct)).Map(link => LinkAnswer.Of(link, addresses, clock));
    }

    private static async Task<Answer<LinkAnswer>> BlockAsync(
        Call call, long linkId, Body<ReasonBody> body, LinkRegister links, DomainRegister domains, TimeProvider clock, CancellationToken ct)
    {
        var addresses = await domains.AddressesAsync(call.Program, ct);
        return await call.RunAsync(
            caller => links.BlockAsync(call.Program, linkId, body.Value.Reason, caller, ct),
            link => LinkAnswer.Of(link, addresses, clock), body: body.Bytes);
    }

    private static async Task<Answer<LinkAnswer>> UnblockAsync(
        Call call, long linkId, Body<ReasonBody> body, LinkRegister links, DomainRegister domains, TimeProvider clock, CancellationToken ct)
    {
        var addresses = await domains.AddressesAsync(call.Program, ct);
        return await call.RunAsync(
            caller => links.UnblockAsync(call.Program, linkId, body.Value.Reason, caller, ct),
            link => LinkAnswer.Of(link, addresses, clock), body: body.Bytes);
    }

    private static async Task<QrAnswer> QrAsync(
        Call call, long linkId, string? format, string? size, string? margin, string? form,
        LinkRegister links, DomainRegister domains, CancellationToken ct)
    {
        if (!QrRequest.Read(format, size, margin, form).TryGet(out var wanted, out var problem))
            return QrAnswer.Refuse(problem);
        if (await FindAsync(call, linkId, links, ct) is not { } link)
            return QrAnswer.Refuse(Answers.NotFound("link"));
        var addresses = await domains.AddressesAsync(call.Program, ct);
        return addresses.ScannedUrlOf(link, wanted.Form) is not { } url
            ? QrAnswer.Refuse(new Problem(ProblemCode.IllegalTransition, "The link has no address as long as the programme has no site."))
            : wanted.Draw(url).Match(QrAnswer.Of, QrAnswer.Refuse);
    }

    private static async Task<Link?> FindAsync(Call call, long linkId, LinkRegister links, CancellationToken ct) =>
        await links.FindAsync(call.Program.Id, linkId, ct) is { } found && call.Sees(found.ReferrerId) ? found : null;

    private static Outcome<Given<int?>> NumberOf(long? domainId, LinkAddresses addresses)
    {
        if (domainId is null)
            return new Given<int?>(null);
        return addresses.Domains.FirstOrDefault(domain => domain.Id == domainId) is { } found
            ? new Given<int?>(found.Number)
            : new Problem(ProblemCode.UnknownReference, "The programme has no such domain.", "domainId");
    }
}

/// <summary>An image, or why there is none.</summary>
internal sealed class QrAnswer : IResult, Microsoft.AspNetCore.Http.Metadata.IEndpointMetadataProvider
{
    private const string Cached = "private, max-age=3600";

    private readonly QrImage? image;
    private readonly Problem? problem;

    private QrAnswer(QrImage? image, Problem? problem)
    {
        this.image = image;
        this.problem = problem;
    }

    public static QrAnswer Of(QrImage image) => new(image, null);

    public static QrAnswer Refuse(Problem problem) => new(null, problem);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (image is null)
            return V1Problems.WriteAsync(httpContext, problem!);
        httpContext.Response.ContentType = image.Type;
        httpContext.Response.ContentLength = image.Bytes.Length;
        httpContext.Response.Headers.CacheControl = Cached;
        return httpContext.Response.Body.WriteAsync(image.Bytes, httpContext.RequestAborted).AsTask();
    }

    public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(byte[]), [QrImage.Svg, QrImage.Png]));
    }
}

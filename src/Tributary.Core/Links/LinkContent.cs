using Tributary.Primitives;
using Tributary.Referrers;

namespace Tributary.Links;

/// <summary>What a link is to hold, judged by the programme's domains.</summary>
internal sealed record LinkContent(
    long? DomainId,
    string? Destination,
    string? Label,
    IReadOnlyList<LinkParameter> Parameters,
    string? DirectPage,
    string? DirectRedirectUrl)
{
    public static Outcome<LinkContent> Read(NewLink wanted, LinkGround ground, DateTimeOffset now)
    {
        var refusal = LinkRules.Label(wanted.Label)
            ?? LinkRules.Parameters(wanted.Parameters)
            ?? LinkRules.Form(wanted.Form)
            ?? LinkRules.ClickLimit(wanted.ClickLimit)
            ?? LinkRules.ExpiresAt(wanted.ExpiresAt, now)
            ?? PublicId(wanted.PublicId);
        return refusal is not null
            ? refusal
            : Read(wanted.Destination, wanted.DomainNumber, wanted.DirectPage, wanted.DirectRedirectUrl, ground)
                .Map(content => content with { Label = wanted.Label, Parameters = wanted.Parameters ?? [] });
    }

    /// <summary>Addresses and domain; label and parameters are left for the caller to fill in.</summary>
    public static Outcome<LinkContent> Read(string? destination, int? domainNumber, string? directPage, string? directRedirectUrl, LinkGround ground)
    {
        if (!Address(destination, "destination", ground).TryGet(out var target, out var problem)
            || !Address(directPage, "directPage", ground).TryGet(out var page, out problem)
            || !Address(directRedirectUrl, "directRedirectUrl", ground).TryGet(out var redirect, out problem))
            return problem;
        return ground.Place(domainNumber, target.Value).Map(placed => new LinkContent(
            placed.DomainId,
            target.Value?.Url,
            null,
            [],
            page.Value is { } there ? LinkRules.PageOf(there.Url) : null,
            redirect.Value?.Url));
    }

    private static Outcome<Given<Destination?>> Address(string? url, string field, LinkGround ground) =>
        url is null ? new Given<Destination?>(null) : ground.Destination(url, field).Map(found => new Given<Destination?>(found));

    private static Problem? PublicId(string? id) =>
        id is null || CodeText.Check(id, withDots: true, "id").TryGet(out _, out var problem) ? null : problem;
}

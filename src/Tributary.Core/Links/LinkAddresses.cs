using Tributary.Programs;

namespace Tributary.Links;

/// <summary>A link in every form that it has; null where there is none.</summary>
public sealed record LinkUrls(string? Query, string? Path, string? SubDomain, string? Short);

/// <summary>Writes links of one programme as addresses (partnero.md § 4.1, § 4.2).</summary>
public sealed class LinkAddresses
{
    private const string ScanMark = "s=qr";

    private readonly RedirectProgram program;
    private readonly Domain? wildcard;
    private readonly SiteAddress? shortHost;

    internal LinkAddresses(ReferralProgram program, IReadOnlyList<Domain> domains, ServerHosts server)
    {
        this.program = new RedirectProgram(program, domains);
        Domains = domains;
        wildcard = domains.FirstOrDefault(domain => domain is { Kind: DomainKind.Wildcard, State: DomainState.Verified });
        shortHost = domains.FirstOrDefault(domain => domain is { Kind: DomainKind.Short, State: DomainState.Verified })?.Address
            ?? server.ShortAddress;
    }

    /// <summary>The primary one first, then oldest first, whatever their state.</summary>
    public IReadOnlyList<Domain> Domains { get; }

    public LinkUrls Of(Link link)
    {
        ArgumentNullException.ThrowIfNull(link);
        return new LinkUrls(Query(link), Path(link), SubDomain(link), Short(link));
    }

    /// <summary>The address that is shown for the link: in its own form, else as a query link; null where the programme has no site.</summary>
    public string? UrlOf(Link link)
    {
        ArgumentNullException.ThrowIfNull(link);
        var own = link.Form switch
        {
            LinkForm.Query or LinkForm.Direct => null,
            LinkForm.Path => Path(link),
            LinkForm.SubDomain => SubDomain(link),
            LinkForm.Short => Short(link),
        };
        return own ?? Query(link);
    }

    /// <summary>What a QR code of the link says; null where the link has no address.</summary>
    /// <param name="form">Short or query; a link without a short address is written as a query link.</param>
    public string? ScannedUrlOf(Link link, LinkForm form)
    {
        ArgumentNullException.ThrowIfNull(link);
        if (form == LinkForm.Short && Short(link) is { } brief)
            return $"{brief}?{ScanMark}";
        if (Query(link) is not { } whole)
            return null;
        var hash = whole.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? $"{whole}&{ScanMark}" : $"{whole[..hash]}&{ScanMark}{whole[hash..]}";
    }

    /// <summary>The site that the link is on; null where there is none.</summary>
    public Domain? SiteOf(Link link)
    {
        ArgumentNullException.ThrowIfNull(link);
        return program.SiteOf(link.DomainId);
    }

    private string? Query(Link link) =>
        (link.Destination ?? SiteOf(link)?.Address.Url) is { } address
            ? LinkUrl.Build(address, program.Program.Settings.Links, link.Key, link.Parameters)
            : null;

    private string? Path(Link link) =>
        SiteOf(link) is { Options.PathLinks: true } site ? $"{site.Address.Origin}/{program.Program.Settings.Links.Parameter}/{link.Key}" : null;

    private string? SubDomain(Link link) =>
        wildcard is not null && LinkKeys.IsLabel(link.Key) ? $"https://{link.Key.ToLowerInvariant()}.{wildcard.Address.Host}" : null;

    private string? Short(Link link) => shortHost is null ? null : $"{shortHost.Origin}/{link.ShortCode}";
}

using Tributary.Programs;

namespace Tributary.Links;

/// <summary>A programme as the redirector needs it.</summary>
public sealed class RedirectProgram
{
    private readonly Dictionary<long, Domain> domains;
    private readonly Domain? primary;

    internal RedirectProgram(ReferralProgram program, IReadOnlyList<Domain> domains)
    {
        Program = program;
        this.domains = domains.ToDictionary(domain => domain.Id);
        primary = domains.FirstOrDefault(domain => domain is { IsPrimary: true, CarriesLinks: true });
        var sites = domains.Where(domain => domain is { Kind: DomainKind.Site, CarriesLinks: true });
        var rules = new DestinationRules([.. sites], _ => false);
        NotFoundUrl = rules.Check(program.Settings.Links.NotFoundUrl).TryGet(out var found, out _) ? found.Url : null;
    }

    /// <summary>With its settings.</summary>
    public ReferralProgram Program { get; }

    /// <summary>Where unknown codes lead; null: to a page that says so.</summary>
    public string? NotFoundUrl { get; }

    /// <summary>The merchant's site; null: none is known.</summary>
    public string? SiteUrl => primary?.Address.Url;

    internal Domain? Find(long domainId) => domains.GetValueOrDefault(domainId);

    /// <summary>The site that a link is on: its own, or the primary one.</summary>
    internal Domain? SiteOf(long? domainId) =>
        domainId is { } id && domains.TryGetValue(id, out var own) && own.CarriesLinks ? own : primary;
}

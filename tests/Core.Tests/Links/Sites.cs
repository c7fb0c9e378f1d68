using Tributary.Links;
using Tributary.Programs;

namespace Tributary.Core.Tests.Links;

/// <summary>Domains for rules that need no database.</summary>
internal static class Sites
{
    public static Domain Of(string address, bool subDomains = false, DomainKind kind = DomainKind.Site) => new(
        1, 1, kind, false, SiteAddress.Parse(address).Value, new DomainOptions(subDomains), "token", DomainState.Verified,
        DomainProof.Dns, null, null, null, default, default);

    public static DestinationRules Rules(params Domain[] sites) => new(sites, host => host.StartsWith("go.", StringComparison.Ordinal));
}

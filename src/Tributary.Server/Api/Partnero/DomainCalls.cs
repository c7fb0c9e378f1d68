using Tributary.Links;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Server.Api.Partnero;

/// <summary>The domains on which links can be made.</summary>
internal sealed class DomainCalls(DomainRegister domains)
{
    public IReadOnlyList<PartneroRoute> Routes => [RouteOf(LinkCalls.OfPartners, null), RouteOf(LinkCalls.OfCustomers, PartneroType.ReferAFriend)];

    private PartneroRoute RouteOf(string links, PartneroType? only) => new("GET", links + ":domains", ListAsync)
    {
        Only = only,
        Summary = "Domains on which links can be made, the primary one first",
        Reads = PartneroFields.Paging, Data = PartneroJson.Default.DomainView, IsList = true,
    };

    private async Task<PartneroAnswer> ListAsync(PartneroCall call, CancellationToken ct)
    {
        var list = call.List(PartneroList.ShortLimit);
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var sites = (await domains.ListAsync(call.Program.Id, ct))
            .Where(domain => domain is { Kind: DomainKind.Site, State: DomainState.Verified })
            .OrderByDescending(domain => domain.IsPrimary).ThenBy(domain => domain.Number).ToList();
        var skip = (int)(list.After?.Id ?? list.Slice.Skip);
        var rows = sites.Skip(skip).Take(list.Limit).Select(domain => DomainView.Of(domain, call.Program.Settings.Links.Parameter)).ToList();
        var next = skip + rows.Count < sites.Count ? new Cursor(skip + rows.Count, skip + rows.Count) : (Cursor?)null;
        IReadOnlyList<SeedDomain> seed = [.. sites.Select(domain => new SeedDomain(domain.Address.Host, domain.IsPrimary))];
        return PartneroAnswer.List(
            list with { Next = next }, rows, PartneroJson.Default.DomainView,
            BesideData.Of("domains", seed, PartneroJson.Default.IReadOnlyListSeedDomain));
    }
}

/// <param name="Id">Null: the primary one.</param>
internal sealed record DomainView(int? Id, string Domain, string Url, bool IsAdditional)
{
    public static DomainView Of(Domain domain, string parameter) =>
        new(domain.IsPrimary ? null : domain.Number, domain.Address.Host, $"{domain.Address.Url}?{parameter}=", !domain.IsPrimary);
}

/// <summary>A domain in the words of Partnero's guide.</summary>
internal sealed record SeedDomain(string Domain, bool Primary);

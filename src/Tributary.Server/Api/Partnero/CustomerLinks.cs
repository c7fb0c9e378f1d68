using Tributary.Links;
using Tributary.Reporting;

namespace Tributary.Server.Api.Partnero;

/// <summary>The addresses of customers' links.</summary>
internal sealed class CustomerLinks(DomainRegister domains, LinksOfReferrers links, LinkRegister register)
{
    private const int MostLinks = 20;

    /// <summary>By our number of the customer, its links' addresses, the default one first; a default link that is missing is made.</summary>
    public async Task<IReadOnlyDictionary<long, IReadOnlyList<string>>> OfAsync(
        PartneroCall call, IReadOnlyList<DirectoryCustomer> customers, CancellationToken ct)
    {
        var program = call.Program;
        var addresses = await domains.AddressesAsync(program, ct);
        var known = await links.ReadAsync(program.Id, [.. customers.Select(customer => customer.Number)], MostLinks, ct);
        var urls = new Dictionary<long, IReadOnlyList<string>>();
        foreach (var customer in customers)
        {
            var own = known[customer.Number].ToList();
            if (own.Count == 0 && customer.Code is not null && await register.FindDefaultAsync(program.Id, customer.Number, ct) is { } made)
                own.Add(made);
            urls[customer.Number] = [.. own.Select(addresses.UrlOf).OfType<string>()];
        }
        return urls;
    }
}

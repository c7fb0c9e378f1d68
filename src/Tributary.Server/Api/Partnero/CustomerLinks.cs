using Tributary.Reporting;

namespace Tributary.Server.Api.Partnero;

/// <summary>The addresses that carry customers' codes.</summary>
internal sealed class CustomerLinks
{
    /// <summary>By our number of the customer, its links' addresses, the default one first.</summary>
    public Task<IReadOnlyDictionary<long, IReadOnlyList<string>>> OfAsync(
        PartneroCall call, IReadOnlyList<DirectoryCustomer> customers, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        IReadOnlyDictionary<long, IReadOnlyList<string>> urls = customers.ToDictionary(customer => customer.Number, customer => UrlsOf(call, customer));
        return Task.FromResult(urls);
    }

    private static IReadOnlyList<string> UrlsOf(PartneroCall call, DirectoryCustomer customer)
    {
        var settings = call.Program.Settings.Links;
        return settings.Site is { } site && customer.Code is { } code ? [$"{site}/?{settings.Parameter}={Uri.EscapeDataString(code)}"] : [];
    }
}

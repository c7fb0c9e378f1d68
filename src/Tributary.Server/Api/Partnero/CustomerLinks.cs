using Tributary.Reporting;

namespace Tributary.Server.Api.Partnero;

/// <summary>The addresses that carry customers' codes.</summary>
internal static class CustomerLinks
{
    /// <summary>Of one customer, the default one first; none where it has no code or the programme no site.</summary>
    public static IReadOnlyList<string> Of(PartneroCall call, DirectoryCustomer customer)
    {
        var settings = call.Program.Settings.Links;
        return settings.Site is { } site && customer.Code is { } code ? [$"{site}/?{settings.Parameter}={Uri.EscapeDataString(code)}"] : [];
    }
}

using Tributary.Links;
using Tributary.Primitives;

namespace Tributary.Clicks.Landing;

/// <summary>The UTM values and <c>sub1</c> … <c>sub5</c> of a page's address; of a repeated name the first.</summary>
internal static class LandingParameters
{
    public static CampaignParameters Of(string query)
    {
        var given = QueryItems.Of(query)
            .Select(item => (Name: QueryItems.NameOf(item), Value: QueryItems.ValueOf(item)))
            .Where(item => item.Value.Length > 0)
            .ToLookup(item => item.Name, item => item.Value, StringComparer.OrdinalIgnoreCase);
        string?[] values = [.. CampaignParameters.Names.Select(name => Kept(given[name].FirstOrDefault()))];
        return Array.TrueForAll(values, value => value is null) ? CampaignParameters.None : new CampaignParameters { Values = values };
    }

    private static string? Kept(string? value)
    {
        if (value?.Length > Limits.CampaignParameter)
            value = value[..(char.IsHighSurrogate(value[Limits.CampaignParameter - 1]) ? Limits.CampaignParameter - 1 : Limits.CampaignParameter)];
        return value is not null && StorableText.IsStorable(value) ? value : null;
    }
}

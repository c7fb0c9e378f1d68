using System.Net;
using Tributary.Programs;

namespace Tributary.Clicks;

/// <summary>A programme's rules with the server's lists, made ready to be asked; one per version of the programme.</summary>
public sealed class ClickRules
{
    private readonly HostList scanners;
    private readonly HostList blockedHosts;
    private readonly HashSet<string> blockedCountries;
    private readonly HashSet<string> ownCampaigns;
    private readonly IPNetwork[] blockedNetworks;
    private readonly NetworkList datacenters;

    public ClickRules(ClickSettings settings, SourceLists lists)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(lists);
        Settings = settings;
        scanners = lists.Scanners;
        datacenters = lists.Datacenters;
        blockedHosts = new HostList(settings.BlockedHosts);
        blockedCountries = new(settings.BlockedCountries, StringComparer.Ordinal);
        ownCampaigns = new(settings.OwnAdCampaigns, StringComparer.Ordinal);
        blockedNetworks = [.. settings.BlockedNetworks.Select(text => IPNetwork.Parse(text))];
    }

    public ClickSettings Settings { get; }

    public bool IgnoresAdvertisements => Settings.IgnorePaidAds;

    /// <summary>Whether a visit came by an advertisement that is not the merchant's own (fraud.md F14).</summary>
    /// <param name="query">As it came.</param>
    public bool IsAdvertisement(string? query) =>
        AdClicks.IsNamedIn(query) && (ownCampaigns.Count == 0 || !AdClicks.CampaignsIn(query).Any(ownCampaigns.Contains));

    public bool IsScanner(string? referringHost) => scanners.Contains(referringHost);

    public bool IsDatacenter(IPAddress? address) => datacenters.Contains(address);

    public bool IsBlockedSource(in ClickRequest request) =>
        blockedHosts.Contains(request.ReferringHost)
        || (request.Country is { } country && blockedCountries.Contains(country))
        || (request.Address is { } address && IsBlocked(address));

    private bool IsBlocked(IPAddress address)
    {
        foreach (var network in blockedNetworks)
            if (network.Contains(address))
                return true;
        return false;
    }
}

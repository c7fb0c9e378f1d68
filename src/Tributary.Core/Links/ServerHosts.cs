using Tributary.Programs;

namespace Tributary.Links;

/// <summary>The addresses at which this server itself is known.</summary>
/// <param name="ShortHost">Where short links of all programmes are answered; null: nowhere.</param>
/// <param name="OwnHosts">Hosts that no programme may claim.</param>
public sealed record ServerHosts(SiteAddress? ShortHost, IReadOnlySet<string> OwnHosts)
{
    public static ServerHosts None { get; } = new(null, new HashSet<string>());

    public bool IsOwn(string host) => OwnHosts.Contains(host) || ShortHost?.Host == host;
}

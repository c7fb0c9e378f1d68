using Tributary.Programs;

namespace Tributary.Links;

/// <summary>The addresses at which this server itself is known.</summary>
/// <param name="shortAddress">Where short links of all programmes are answered; null: nowhere. Asked when needed: a port may be known late.</param>
/// <param name="own">Hosts that no programme may claim, without port.</param>
public sealed class ServerHosts(Func<SiteAddress?> shortAddress, IEnumerable<string> own)
{
    private readonly HashSet<string> names = [.. own.Select(SiteAddress.Plain)];

    public static ServerHosts None { get; } = new(() => null, []);

    public SiteAddress? ShortAddress => shortAddress();

    public bool IsOwn(string host) => names.Contains(host) || IsShort(host);

    public bool IsShort(string host) => ShortAddress?.Host == host;
}

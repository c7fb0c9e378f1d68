using System.Net;
using Tributary.Primitives;

namespace Tributary.Server.Outbound;

/// <summary>Where the server may connect to on behalf of others (promises.md § 6).</summary>
/// <param name="Allowed">Networks inside that the operator allows nevertheless.</param>
/// <param name="AnyPort">Whether plain http and ports other than 443 and 8443 may be asked for.</param>
internal sealed record OutboundPolicy(IReadOnlyList<IPNetwork> Allowed, bool AnyPort = false)
{
    public static OutboundPolicy Strict { get; } = new([]);

    /// <summary>Judges an address that is about to be connected to.</summary>
    public bool May(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return PublicAddress.IsPublic(address) || IsAllowed(address);
    }

    public bool IsAllowed(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Allowed.Any(network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    /// <summary>Judges an address as it is written, before anything is resolved.</summary>
    public bool May(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri || uri.UserInfo.Length > 0 || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
            return false;
        if (uri.Port is 0 or 22 or 25 || (!AnyPort && !(uri.Scheme == Uri.UriSchemeHttps && uri.Port is 443 or 8443)))
            return false;
        // The host as it is understood and as it was written: a text that only a parser makes an address of is refused.
        return MayHost(uri, uri.IdnHost) && MayHost(uri, uri.Host);
    }

    private bool MayHost(Uri uri, string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 && May(address);
        return PublicAddress.MayBePublic(host) || (Allowed.Count > 0 && Uri.CheckHostName(host) == UriHostNameType.Dns);
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tributary.Primitives;

/// <summary>
/// Which addresses the server may ever connect to on behalf of others: those of the public internet, and none of its own
/// surroundings (promises.md § 6).
/// </summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] Refused =
    [
        .. Networks(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        .. Networks(
            "::/96", "fe80::/10", "fec0::/10", "fc00::/7", "ff00::/8", "2001:db8::/32", "3fff::/20", "100::/64", "2002::/16", "64:ff9b::/96",
            "64:ff9b:1::/48", "5f00::/16"),
    ];

    private static readonly string[] LocalSuffixes = [".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa"];

    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            return false;
        // The scope of a link names a place of this machine.
        return !(plain.AddressFamily == AddressFamily.InterNetworkV6 && plain.ScopeId != 0)
            && !Refused.Any(network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    /// <summary>
    /// Judges a host as it is written, before anything is resolved: an address must be public, a name must be one of the public
    /// name space. Numbers that a resolver would take for an address are refused unless they are written as one.
    /// </summary>
    /// <param name="host">Without a port, in ASCII.</param>
    public static bool MayBePublic(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.StartsWith('['))
            return host.EndsWith(']') && !host.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var six) && IsPublic(six);
        var name = host.TrimEnd('.').ToLowerInvariant();
        if (IsDottedQuad(name))
            return IPAddress.TryParse(name, out var four) && IsPublic(four);
        var labels = name.Split('.');
        return labels.Length > 1
            && labels.All(label => label.Length is > 0 and <= 63)
            && labels[^1].Any(char.IsAsciiLetter)
            && !labels[^1].StartsWith("0x", StringComparison.Ordinal)
            && !LocalSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal));
    }

    private static bool IsDottedQuad(string name) =>
        name.Split('.') is { Length: 4 } parts
        && parts.All(part => byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _) && (part.Length == 1 || part[0] != '0'));

    private static IEnumerable<IPNetwork> Networks(params string[] texts) => texts.Select(text => IPNetwork.Parse(text));
}

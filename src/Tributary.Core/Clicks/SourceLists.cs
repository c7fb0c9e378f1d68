using System.Net;
using System.Net.Sockets;

namespace Tributary.Clicks;

/// <summary>Where requests come from that no person makes: lists of hosts and addresses, the operator's by files in the folder <c>lists</c>.</summary>
public sealed class SourceLists
{
    private const string ScannersFile = "scanners.txt";
    private const string DatacentersFile = "datacenters.txt";
    private const string VpnFile = "vpn.txt";

    /// <summary>Pages that try links out on somebody's behalf. No service is here through which readers arrive too.</summary>
    private static readonly string[] KnownScanners =
    [
        "urlscan.io", "virustotal.com", "any.run", "hybrid-analysis.com", "joesandbox.com", "tria.ge", "checkphish.ai",
        "checkphish.bolster.ai", "sitecheck.sucuri.net", "urlquery.net", "quttera.com", "scanurl.net", "urlvoid.com", "phishtank.org",
        "isitphishing.org", "wheregoes.com", "redirectdetective.com", "expandurl.net", "checkshorturl.com", "getlinkinfo.com",
        "unshorten.it", "linkexpander.com",
    ];

    private SourceLists(HostList scanners, NetworkList datacenters, NetworkList vpns)
    {
        Scanners = scanners;
        Datacenters = datacenters;
        Vpns = vpns;
    }

    /// <summary>The embedded list alone.</summary>
    public static SourceLists Embedded { get; } = new(new HostList(WithSubdomains(KnownScanners)), NetworkList.Empty, NetworkList.Empty);

    internal HostList Scanners { get; }

    /// <summary>None is embedded: without the operator's file no address is a data centre's.</summary>
    internal NetworkList Datacenters { get; }

    /// <summary>Flagged only.</summary>
    internal NetworkList Vpns { get; }

    public bool IsVpn(IPAddress? address) => Vpns.Contains(address);

    public static SourceLists Load(string folder) => new(
        Lines(folder, ScannersFile) is { Count: > 0 } hosts ? new HostList(WithSubdomains([.. KnownScanners, .. hosts])) : Embedded.Scanners,
        new NetworkList(Lines(folder, DatacentersFile)),
        new NetworkList(Lines(folder, VpnFile)));

    private static IEnumerable<string> WithSubdomains(IEnumerable<string> hosts) => hosts.SelectMany<string, string>(host => [host, "*." + host]);

    private static List<string> Lines(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path)
            ? [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')]
            : [];
    }
}

/// <summary>Hosts, and all below a host written with <c>*.</c></summary>
internal sealed class HostList(IEnumerable<string> hosts)
{
    private readonly HashSet<string> entries = new(hosts, StringComparer.OrdinalIgnoreCase);

    public bool Contains(string? host)
    {
        if (host is null || entries.Count == 0)
            return false;
        if (entries.Contains(host))
            return true;
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = host.IndexOf('.', dot + 1))
            if (entries.Contains(string.Concat("*", host.AsSpan(dot))))
                return true;
        return false;
    }
}

/// <summary>Networks of one list, found by their length and beginning.</summary>
internal sealed class NetworkList
{
    private readonly HashSet<(int Family, int Length, UInt128 Start)> networks = [];
    private readonly int[] lengthsOfV4;
    private readonly int[] lengthsOfV6;

    public NetworkList(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            var network = text.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(text) : Single(IPAddress.Parse(text));
            networks.Add((Bits(network.BaseAddress), network.PrefixLength, AddressBits.Of(network.BaseAddress)));
        }
        lengthsOfV4 = Lengths(32);
        lengthsOfV6 = Lengths(128);
    }

    public static NetworkList Empty { get; } = new([]);

    public bool Contains(IPAddress? address)
    {
        if (address is null || networks.Count == 0)
            return false;
        var bits = Bits(address);
        foreach (var length in bits == 32 ? lengthsOfV4 : lengthsOfV6)
            if (networks.Contains((bits, length, AddressBits.Prefix(AddressBits.Of(address), bits, length))))
                return true;
        return false;
    }

    private int[] Lengths(int family) => [.. networks.Where(network => network.Family == family).Select(network => network.Length).Distinct()];

    private static int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    private static IPNetwork Single(IPAddress address) => new(address, Bits(address));
}

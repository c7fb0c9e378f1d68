using System.Net;
using System.Net.Sockets;

namespace Tributary.Server.Api;

/// <summary>A client's address in the forms in which it may be used: to count by, and to keep.</summary>
internal static class ClientAddress
{
    private const int Ipv6NetworkBytes = 8;

    /// <summary>By what requests are counted: the address, or the /64 that one household or server has under IPv6.</summary>
    public static string CountedAs(IPAddress? address) => Plain(address) switch
    {
        null => "",
        { AddressFamily: AddressFamily.InterNetworkV6 } v6 => Cut(v6, Ipv6NetworkBytes),
        var v4 => v4.ToString(),
    };

    /// <summary>What may be written down: /24 of IPv4, /48 of IPv6 (promises.md P1).</summary>
    public static string? Kept(IPAddress? address) => Plain(address) switch
    {
        null => null,
        { AddressFamily: AddressFamily.InterNetworkV6 } v6 => Cut(v6, 6) + "/48",
        var v4 => Cut(v4, 3) + "/24",
    };

    private static IPAddress? Plain(IPAddress? address) =>
        address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private static string Cut(IPAddress address, int bytes)
    {
        var whole = address.GetAddressBytes();
        whole.AsSpan(bytes).Clear();
        return new IPAddress(whole).ToString();
    }
}

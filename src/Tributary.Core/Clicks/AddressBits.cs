using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tributary.Clicks;

/// <summary>A visitor's address in the forms in which it is used: plain, as numbers to count by, and cut to be kept (CL-54).</summary>
public static class VisitorAddress
{
    /// <summary>IPv4 inside IPv6 as the IPv4 that it is.</summary>
    public static IPAddress? Plain(IPAddress? address) =>
        address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    /// <summary>Loopback or private: seen as a visitor's, it says that a proxy is not configured (CL-17).</summary>
    public static bool IsPrivate(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (IPAddress.IsLoopback(address))
            return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.Equals(IPAddress.IPv6Any);
        var bits = (uint)AddressBits.Of(address);
        return bits >> 24 is 10 or 0 || bits >> 20 == 0xAC1 || bits >> 16 is 0xC0A8 or 0xA9FE || bits >> 22 == 0x191;
    }

    /// <summary>What may be written down: /24 of IPv4, /48 of IPv6; null for null.</summary>
    public static string? Cut(IPAddress? address)
    {
        if (address is null)
            return null;
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            var bits = (uint)AddressBits.Of(address);
            return string.Create(CultureInfo.InvariantCulture, $"{bits >> 24}.{(bits >> 16) & 0xFF}.{(bits >> 8) & 0xFF}.0/24");
        }
        Span<byte> whole = stackalloc byte[16];
        address.TryWriteBytes(whole, out _);
        whole[6..].Clear();
        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(whole)}/48");
    }
}

/// <summary>Addresses as whole numbers.</summary>
internal static class AddressBits
{
    public static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static UInt128 Prefix(UInt128 bits, int of, int length) =>
        length == 0 ? 0 : bits >> (of - length) << (of - length);
}

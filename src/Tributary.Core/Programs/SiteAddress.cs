using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>A host with what may belong to it: scheme, port, a path that everything of it lies below.</summary>
/// <param name="Host">In lower case, IDN as ASCII, without a final dot.</param>
/// <param name="Port">Null: the scheme's own.</param>
/// <param name="BasePath">Empty, or a path without its final slash.</param>
public sealed record SiteAddress(string Scheme, string Host, int? Port, string BasePath)
{
    private const int LongestHost = 253;

    private static readonly SearchValues<char> NotInAnAddress = SearchValues.Create(" \\@?#*");

    /// <summary>Scheme, host and port.</summary>
    public string Origin => Port is { } port ? $"{Scheme}://{Host}:{port}" : $"{Scheme}://{Host}";

    /// <summary>The address of the site itself, with a slash where it has no path.</summary>
    public string Url => Origin + (BasePath.Length == 0 ? "/" : BasePath);

    /// <summary>Reads <c>yoursite.com</c>, <c>yoursite.com:8443/shop</c> or the same with http(s) before it.</summary>
    public static Outcome<SiteAddress> Parse(string? text, string field = "host")
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length == 0)
            return new Problem(ProblemCode.MissingField, "A host is missing.", field);
        if (trimmed.Length > Limits.Url)
            return new Problem(ProblemCode.TooLong, $"At most {Limits.Url} characters.", field);
        var whole = trimmed.Contains("://", StringComparison.Ordinal) ? trimmed : "https://" + trimmed;
        return TryParse(whole, out var address)
            ? address
            : new Problem(ProblemCode.InvalidValue, "Not a host such as yoursite.com, with a port and a path if need be.", field);
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out SiteAddress? address)
    {
        address = null;
        if (text.AsSpan().ContainsAny(NotInAnAddress) || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || !TryHost(uri, out var host))
            return false;
        address = new SiteAddress(uri.Scheme, host, uri.IsDefaultPort ? null : uri.Port, uri.AbsolutePath.TrimEnd('/'));
        return true;
    }

    /// <summary>The host of an address as hosts are compared. False where it is none that a site can have.</summary>
    public static bool TryHost(Uri uri, [NotNullWhen(true)] out string? host)
    {
        ArgumentNullException.ThrowIfNull(uri);
        host = null;
        if (uri.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
            return false;
        try
        {
            host = Plain(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost);
        }
        catch (UriFormatException)
        {
            return false;
        }
        return host.Length is > 0 and <= LongestHost && !host.StartsWith('.') && !host.Contains("..", StringComparison.Ordinal);
    }

    /// <summary>Without final dot, in lower case: how hosts are compared.</summary>
    public static string Plain(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return (host.EndsWith('.') ? host[..^1] : host).ToLowerInvariant();
    }
}

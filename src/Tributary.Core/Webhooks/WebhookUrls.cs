using System.Net;
using Tributary.Primitives;

namespace Tributary.Webhooks;

/// <summary>
/// Which addresses an endpoint may have. What is refused here can be seen from the text alone; where a name leads is asked
/// at every delivery, because it may lead elsewhere by then.
/// </summary>
/// <param name="Allowed">Networks inside that the operator allows nevertheless.</param>
/// <param name="AnyPort">Whether plain http and ports other than 443 and 8443 may be asked for.</param>
public sealed record WebhookUrls(IReadOnlyList<IPNetwork> Allowed, bool AnyPort)
{
    public static WebhookUrls Strict { get; } = new([], false);

    private static readonly int[] Ports = [443, 8443];

    /// <summary>The address as it is kept, or why nothing is sent there.</summary>
    public Outcome<string> Check(string? text, string field = "url")
    {
        if (string.IsNullOrWhiteSpace(text))
            return new Problem(ProblemCode.MissingField, "An address is needed.", field);
        if (text.Length > Limits.Url)
            return new Problem(ProblemCode.TooLong, $"An address has at most {Limits.Url} characters.", field);
        return IsAllowed(text)
            ? text
            : new Problem(ProblemCode.DestinationRefused, "The address is an https address of the public internet, on port 443 or 8443.", field);
    }

    private bool IsAllowed(string text) =>
        !text.AsSpan().ContainsAny(Unsafe)
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (AnyPort && uri.Scheme == Uri.UriSchemeHttp))
        && uri.UserInfo.Length == 0
        && !text.Contains('@', StringComparison.Ordinal)
        && uri.Fragment.Length == 0
        && (Ports.Contains(uri.Port) || (AnyPort && uri.Port is not (0 or 22 or 25)))
        // Compared as written and as understood: a form that the parser turns into an address was no public name.
        && MayHost(WrittenHost(text))
        && MayHost(uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost);

    /// <summary>With an allow-list a name of the operator's own network may be meant.</summary>
    private bool MayHost(string host) =>
        PublicAddress.MayBePublic(host)
        || (Allowed.Count > 0 && (IPAddress.TryParse(host.Trim('[', ']'), out var address)
            ? IsWrittenOut(host, address) && Allowed.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
            : Uri.CheckHostName(host) == UriHostNameType.Dns));

    private static bool IsWrittenOut(string host, IPAddress address) => host.Trim('[', ']') == address.ToString();

    private static readonly System.Buffers.SearchValues<char> Unsafe = System.Buffers.SearchValues.Create("\\\r\n\t\0 ");

    /// <summary>Names of other scripts are judged by what the parser makes of them.</summary>
    private static string WrittenHost(string text)
    {
        var from = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text.AsSpan(from).IndexOfAny('/', '?', '#');
        var host = end < 0 ? text[from..] : text[from..(from + end)];
        var port = host.LastIndexOf(':');
        if (port > host.LastIndexOf(']'))
            host = host[..port];
        return host.All(char.IsAscii) ? host : "name.example";
    }
}

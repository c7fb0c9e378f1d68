using System.Net;

namespace Tributary.Server.Api;

/// <summary>What an operator can set for all APIs. Every value has a working default.</summary>
public sealed record ApiOptions
{
    /// <summary><c>TRIBUTARY_API_REQUESTS_PER_MINUTE</c>: of one key on one node; 0 is without limit.</summary>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary><c>TRIBUTARY_API_BURST</c>: requests of one key at once.</summary>
    public int Burst { get; init; } = 100;

    /// <summary><c>TRIBUTARY_API_WRONG_KEYS_PER_MINUTE</c>: refused keys of one address on one node; 0 is without limit.</summary>
    public int WrongKeysPerMinute { get; init; } = 60;

    /// <summary><c>TRIBUTARY_PAGE_REQUESTS_PER_MINUTE</c>: calls of the merchant's pages by one address on one node; 0 is without limit.</summary>
    public int PageRequestsPerMinute { get; init; } = 120;

    /// <summary><c>TRIBUTARY_PROXIES</c>: networks whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed; none by default.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary><c>TRIBUTARY_PROXY_HOPS</c>: how many of those proxies stand in a row before the server.</summary>
    public int ProxyHops { get; init; } = 1;

    /// <summary>
    /// <c>TRIBUTARY_PUBLIC_HOSTS</c>: names and addresses, without port, that clients know the server by; requests for others are
    /// refused. None by default: every host is answered.
    /// </summary>
    public IReadOnlyList<string> PublicHosts { get; init; } = [];

    /// <summary><c>TRIBUTARY_PLAIN_HTTP</c>: whether APIs answer over plain HTTP to others than this machine.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> naming the variable whose value cannot be used.</summary>
    internal static ApiOptions From(Func<string, string?> variable)
    {
        var defaults = new ApiOptions();
        return new ApiOptions
        {
            RequestsPerMinute = Number(variable, "TRIBUTARY_API_REQUESTS_PER_MINUTE", defaults.RequestsPerMinute),
            Burst = Math.Max(1, Number(variable, "TRIBUTARY_API_BURST", defaults.Burst)),
            WrongKeysPerMinute = Number(variable, "TRIBUTARY_API_WRONG_KEYS_PER_MINUTE", defaults.WrongKeysPerMinute),
            Proxies = Networks(variable("TRIBUTARY_PROXIES"), "TRIBUTARY_PROXIES"),
            PageRequestsPerMinute = Number(variable, "TRIBUTARY_PAGE_REQUESTS_PER_MINUTE", defaults.PageRequestsPerMinute),
            ProxyHops = Math.Max(1, Number(variable, "TRIBUTARY_PROXY_HOPS", defaults.ProxyHops, "a whole number of 1 or more")),
            PublicHosts = [.. List(variable("TRIBUTARY_PUBLIC_HOSTS")).Select(Host)],
            PlainHttp = YesNo(variable, "TRIBUTARY_PLAIN_HTTP"),
        };
    }

    internal static bool YesNo(Func<string, string?> variable, string name) =>
        variable(name) is { } text && (text is "1" or "true" || (text is "0" or "false" ? false : throw Unusable(name, "true or false")));

    private static int Number(
        Func<string, string?> variable, string name, int usual, string wanted = "a whole number, 0 for no limit") => variable(name) switch
    {
        null => usual,
        var text => int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unusable(name, wanted),
    };

    internal static IReadOnlyList<IPNetwork> Networks(string? text, string name) => [.. List(text).Select(each => Network(each, name))];

    private static string[] List(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Host(string text) =>
        Uri.CheckHostName(text) != UriHostNameType.Unknown
            ? text
            : throw Unusable("TRIBUTARY_PUBLIC_HOSTS", "hosts such as refer.example.com, without scheme and port, separated by commas");

    private static IPNetwork Network(string text, string name)
    {
        if (IPNetwork.TryParse(text, out var network))
            return network;
        return IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw Unusable(name, "addresses or networks such as 10.0.0.0/8, separated by commas");
    }

    private static ArgumentException Unusable(string name, string wanted) => new($"{name} must be {wanted}.");
}

using Microsoft.AspNetCore.HttpOverrides;
using Tributary.Server.Api;

namespace Tributary.Server.Hosting;

/// <summary>
/// Believes what a reverse proxy says of its client, and nobody else (N12). The host name is never taken over: no answer
/// of ours is built from what a proxy says of it.
/// </summary>
internal static class Proxies
{
    public static void UseKnownProxies(this WebApplication app, ApiOptions options)
    {
        if (options.Proxies.Count == 0)
            return;
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // Each proxy appends the address that it saw; what stands further left than our proxies wrote is the client's own claim.
            ForwardLimit = options.ProxyHops,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.Proxies)
            forwarded.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(forwarded);
    }
}

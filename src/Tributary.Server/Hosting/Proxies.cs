using Microsoft.AspNetCore.HttpOverrides;
using Tributary.Server.Api;

namespace Tributary.Server.Hosting;

/// <summary>
/// Believes what a reverse proxy says of its client, and nobody else (N12). The host name is never taken over: no answer
/// of ours is built from it.
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
            // Any number of our own proxies in a row; the first address that is none of them is the client.
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.Proxies)
            forwarded.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(forwarded);
    }
}

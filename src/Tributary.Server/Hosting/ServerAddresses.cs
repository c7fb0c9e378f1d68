using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tributary.Links;
using Tributary.Programs;

namespace Tributary.Server.Hosting;

/// <summary>Under which addresses this server is found. What it listens at is known for certain once it does.</summary>
internal sealed class ServerAddresses(IServiceProvider services, ServerOptions options)
{
    /// <summary>What absolute addresses in answers begin with.</summary>
    public string Public => options.PublicUrl?.Origin ?? Listened;

    /// <summary>The address that works on this machine: the one that is listened at, any wildcard replaced by localhost.</summary>
    public string Listened
    {
        get
        {
            var listening = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
            var address = BindingAddress.Parse(listening ?? options.Urls.Split(';')[0].Trim());
            var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
            return $"{address.Scheme}://{host}:{address.Port}";
        }
    }

    /// <summary>Where short links of all programmes are answered; of the demo without any DNS, at the server's own address.</summary>
    public SiteAddress? Short => options.ShortUrl ?? (options.Demo ? SiteAddress.Parse(Listened).Value : null);

    public ServerHosts ForLinks() => new(
        () => Short,
        [.. options.Api.PublicHosts, .. options.PublicUrl is { } url ? [url.Host] : Array.Empty<string>()]);
}

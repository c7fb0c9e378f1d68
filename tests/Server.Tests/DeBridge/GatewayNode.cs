using Microsoft.Extensions.DependencyInjection;
using Tributary.Server.Api.DeBridge.Gateway;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>A node with an upstream of its own.</summary>
internal sealed class GatewayNode : IAsyncDisposable
{
    private GatewayNode(DeBridgeNode node, Upstream upstream)
    {
        Node = node;
        Upstream = upstream;
    }

    public DeBridgeNode Node { get; }

    public Upstream Upstream { get; }

    /// <param name="limits">Shorter ones than real ones, for a test that waits for them.</param>
    public static async Task<GatewayNode> StartAsync(PostgresFixture postgres, UpstreamLimits? limits = null)
    {
        var upstream = await Upstream.StartAsync();
        var configured = new Dictionary<string, DeBridgeUpstream> { ["main"] = upstream.Configuration };
        var node = await DeBridgeNode.StartAsync(
            postgres,
            options => options with { DeBridgeUpstreams = configured },
            builder => builder.Services.AddSingleton(limits ?? new UpstreamLimits()));
        return new GatewayNode(node, upstream);
    }

    public Task<Platform> OpenAsync(string settings = """{"upstream":"main"}""") => Node.OpenAsync(settings);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

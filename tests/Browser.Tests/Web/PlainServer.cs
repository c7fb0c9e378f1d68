using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Browser.Tests.Web;

/// <summary>A node as <c>serve</c> starts it, without the demo programme.</summary>
public sealed class PlainServer(PostgresFixture postgres) : IAsyncLifetime
{
    private TestServer server = null!;

    public Uri Address => server.Client.BaseAddress!;

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync(postgres);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Browser.Tests.Web;

/// <summary>A node with the demo programme, as <c>serve --demo</c> starts it.</summary>
public sealed class DemoServer(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly string folder = TestFolders.Create("tributary-demo-");
    private TestServer server = null!;

    public Uri Address => server.Client.BaseAddress!;

    public async ValueTask InitializeAsync() =>
        server = await TestServer.StartAsync(postgres, settings: options => options with { Demo = true, DataFolder = folder });

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        TestFolders.Delete(folder);
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Server.Api;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Support;

/// <summary>A whole node on a free port of the loopback, on a database of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TestDatabase? _owned;

    private TestServer(WebApplication app, TestDatabase? owned, HandClock clock)
    {
        App = app;
        _owned = owned;
        Clock = clock;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }

    public HandClock Clock { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => App.Services;

    public Database Database => App.Services.GetRequiredService<Database>();

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A ready node on a fresh database, which goes with it.</summary>
    public static async Task<TestServer> StartAsync(
        PostgresFixture postgres,
        Action<WebApplicationBuilder>? customize = null,
        Func<ServerOptions, ServerOptions>? settings = null)
    {
        TestDatabase database = await postgres.CreateDatabaseAsync();
        return await StartAsync(database.Connections, customize, owned: database, settings: settings);
    }

    /// <summary>A node on a given database; ready unless told not to wait for that.</summary>
    public static async Task<TestServer> StartAsync(
        PostgresConnections connections,
        Action<WebApplicationBuilder>? customize = null,
        bool untilReady = true,
        TestDatabase? owned = null,
        Func<ServerOptions, ServerOptions>? settings = null)
    {
        var clock = new HandClock();
        var options = new ServerOptions
        {
            Urls = "http://127.0.0.1:0",
            Database = connections,
            MasterKey = Convert.ToBase64String(new byte[32]),
            // Tests of many requests are not about their rate.
            Api = new ApiOptions { RequestsPerMinute = 0, WrongKeysPerMinute = 0 },
        };
        WebApplication app = await ServerApp.BuildAsync(settings?.Invoke(options) ?? options, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(clock);
            customize?.Invoke(builder);
        });
        await app.StartAsync();
        var server = new TestServer(app, owned, clock);
        if (untilReady)
        {
            await server.WaitUntilReadyAsync();
        }

        return server;
    }

    public async Task WaitUntilReadyAsync()
    {
        for (int attempt = 0; attempt < 600; attempt++)
        {
            using HttpResponseMessage answer = await Client.GetAsync("/readyz");
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(25);
        }

        throw new TimeoutException("The server did not become ready: " + await Client.GetStringAsync("/readyz"));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        if (_owned is not null)
        {
            await _owned.DisposeAsync();
        }
    }
}

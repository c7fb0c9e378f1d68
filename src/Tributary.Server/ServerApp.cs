using Tributary.Server.Api;
using Tributary.Server.Hosting;
using Tributary.Server.Hosting.Logs;
using Tributary.Server.Outbound.Webhooks;
using Tributary.Server.Redirect;
using Tributary.Storage;

namespace Tributary.Server;

/// <summary>The whole composition of a server node; the tests run the same.</summary>
public static class ServerApp
{
    /// <summary>
    /// Builds a node that is ready to run. Its private PostgreSQL starts with it and stops when it is disposed.
    /// Throws <see cref="LocalPostgresException"/> when the data folder cannot be used.
    /// </summary>
    /// <param name="customize">Runs last: adds or replaces services (a test's clock, sinks).</param>
    public static async Task<WebApplication> BuildAsync(
        ServerOptions options, Action<WebApplicationBuilder>? customize = null, CancellationToken ct = default)
    {
        WebApplicationBuilder builder = CreateBuilder(options);
        LocalPostgres? local = null;
        if (options.Database is null)
        {
            local = await LocalPostgres.PrepareAsync(LocalPostgresSettings.FromEnvironment(options.DataFolder), ct);
        }

        try
        {
            AddServices(builder.Services, options, local);
            customize?.Invoke(builder);
            return Compose(builder.Build());
        }
        catch when (local is not null)
        {
            await local.DisposeAsync();
            throw;
        }
    }

    private static WebApplicationBuilder CreateBuilder(ServerOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ServerApp).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = "wwwroot",
        });
        builder.WebHost.UseUrls(options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(KestrelLimits.Apply);
        builder.Logging.ClearProviders();
        ServerLogs.Configure(builder.Logging);
        return builder;
    }

    private static void AddServices(IServiceCollection services, ServerOptions options, LocalPostgres? local)
    {
        // Registered by factory and resolved first, so that the container disposes it, and last of all.
        if (local is not null)
        {
            services.AddSingleton(_ => local);
        }

        PostgresConnections connections = local?.Connections ?? options.Database!;
        services.AddSingleton(options);
        services.AddSingleton(connections);
        DatabaseSettings pool = local is null ? options.Pool : options.Pool.BesidePostgres();
        services.AddSingleton(_ => new Database(connections.Server, pool, open: false));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Readiness>();
        services.AddHostedService<DatabaseStartup>();
        services.AddCore();
        services.AddRedirect(options);
        services.AddHostedService<ChangeListener>();
        services.AddHostedService<KeyUsageWriter>();
        services.AddHostedService<EventPublisher>();
        services.AddSingleton<MessageSender>();
        services.AddHostedService<WebhookSender>();
        services.AddPeriodicJobs();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = KestrelLimits.DrainTime);
        services.AddProblemDetails();
        Faces.AddServices(services);
        services.AddExceptionHandler<FallbackExceptionHandler>();
    }

    private static WebApplication Compose(WebApplication app)
    {
        app.Services.GetService<LocalPostgres>();
        app.UseKnownProxies(app.Services.GetRequiredService<ServerOptions>().Api);
        app.UseRedirect();
        app.UseMiddleware<ResponseHeaders>();
        app.UseMiddleware<RequestIds>();
        app.UseExceptionHandler();
        app.UseMiddleware<PublicHosts>();
        app.MapHealth();
        app.MapCertificateQuestion();
        Faces.Map(app);
        return app;
    }
}

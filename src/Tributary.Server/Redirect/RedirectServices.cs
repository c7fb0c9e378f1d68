using Tributary.Clicks;
using Tributary.Clicks.Agents;
using Tributary.Clicks.Intake;
using Tributary.Clicks.Keeping;
using Tributary.Server.Hosting;
using Tributary.Storage;

namespace Tributary.Server.Redirect;

/// <summary>The redirector and what it writes clicks with.</summary>
internal static class RedirectServices
{
    private const string ListsFolder = "lists";
    private const string SpoolFolder = "spool";

    public static void AddRedirect(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(_ => AgentLists.Load(Path.Combine(options.DataFolder, ListsFolder)));
        services.AddSingleton(_ => SourceLists.Load(Path.Combine(options.DataFolder, ListsFolder)));
        services.AddSingleton<AgentTable>();
        services.AddSingleton<VisitorKeys>();
        services.AddSingleton<ClickLimits>();
        services.AddSingleton<ClickRulesTable>();
        services.AddSingleton(new ClickRetentionSettings());
        services.AddSingleton<ClickPartitions>();
        services.AddSingleton(new ClickIntakeSettings
        {
            SpoolFolder = Path.Combine(options.DataFolder, SpoolFolder),
            SpoolLimit = options.Clicks.SpoolBytes,
            Patience = options.Clicks.Patience,
        });
        services.AddSingleton<ClickIntake>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Redirector>(provider, Origins(provider, options)));
        // Arrivals that pages and back ends tell of.
        services.AddSingleton(provider => Origins(provider, options));
        services.AddHostedService<ClickCommitting>();
    }

    private static VisitorOrigins Origins(IServiceProvider provider, ServerOptions options) =>
        new(options.Clicks.CountryHeader, provider.GetRequiredService<TimeProvider>());

    /// <summary>Before everything but what says who the client is.</summary>
    public static void UseRedirect(this WebApplication app)
    {
        app.UseMiddleware<RedirectMiddleware>(new AddressRates(app.Services.GetRequiredService<TimeProvider>()));
        app.UseRouting();
    }
}

/// <summary>Commits clicks as long as the node runs; when it stops, after the last request was answered.</summary>
internal sealed class ClickCommitting(ClickIntake intake) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => intake.RunAsync(stoppingToken);
}

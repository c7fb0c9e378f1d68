using Npgsql;
using Tributary.Server.Demo;
using Tributary.Storage;

namespace Tributary.Server.Hosting;

/// <summary>
/// Brings the database up beside the HTTP server, which answers <c>/healthz</c> meanwhile: starts the private
/// PostgreSQL, migrates, checks the settings, then lets requests in. Waits through an outage of a database that is not
/// ours; what waiting cannot mend ends the server with a message.
/// </summary>
internal sealed partial class DatabaseStartup(
    IServiceProvider services,
    ServerOptions options,
    PostgresConnections connections,
    Database database,
    Readiness readiness,
    IHostApplicationLifetime lifetime,
    ILogger<DatabaseStartup> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StartPrivateAsync(services.GetService<LocalPostgres>(), stoppingToken);
            while (!await TryOpenAsync(stoppingToken))
            {
                await Task.Delay(Patience, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop while starting.
        }
        catch (Exception failure) when (failure is LocalPostgresException or MigratorException or NpgsqlException)
        {
            Log.Refused(logger, failure.Message);
            readiness.Fail(failure.Message);
            lifetime.StopApplication();
        }
    }

    private Task StartPrivateAsync(LocalPostgres? local, CancellationToken ct)
        => local?.StartAsync(logger, ct) ?? Task.CompletedTask;

    private async Task<bool> TryOpenAsync(CancellationToken ct)
    {
        try
        {
            await OpenAsync(ct);
            return true;
        }
        catch (NpgsqlException outage) when (DatabaseFault.IsOutage(outage))
        {
            Log.Waiting(logger, outage.Message);
            readiness.Waiting("The database cannot be reached.");
            return false;
        }
    }

    private async Task OpenAsync(CancellationToken ct)
    {
        foreach (Migration applied in await Migrator.MigrateAsync(connections, ct))
        {
            Log.Migrated(logger, applied.Number, applied.Name);
        }

        await services.GetRequiredService<Clicks.Keeping.ClickPartitions>().MakeAsync(ct);
        await using (NpgsqlConnection connection = await database.Source.OpenConnectionAsync(ct))
        {
            readiness.Unsafe = await DatabaseSafety.CheckAsync(connection, ct);
        }

        foreach (UnsafeSetting setting in readiness.Unsafe)
        {
            Log.Unsafe(logger, setting.Setting, setting.Value, setting.Consequence);
        }

        database.OpenGate();
        if (options.Demo)
        {
            await DemoGuide.WriteAsync(Console.Out, await DemoProgram.EnsureAsync(services, ct), options);
        }

        readiness.Ready();
        Log.Ready(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Information, "Ready")]
        public static partial void Ready(ILogger logger);

        [LoggerMessage(11, LogLevel.Information, "Schema step {Number} ({Name}) applied")]
        public static partial void Migrated(ILogger logger, int number, string name);

        [LoggerMessage(12, LogLevel.Warning, "Unsafe database: {Setting} = {Value}: {Consequence}")]
        public static partial void Unsafe(ILogger logger, string setting, string value, string consequence);

        [LoggerMessage(13, LogLevel.Warning, "Waiting for the database: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(14, LogLevel.Critical, "Cannot start: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}

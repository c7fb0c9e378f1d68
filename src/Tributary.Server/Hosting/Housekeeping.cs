using Tributary.Keys;
using Tributary.Storage;

namespace Tributary.Server.Hosting;

/// <summary>Hears of what other nodes change, as long as this node runs.</summary>
internal sealed class ChangeListener(ChangeFeed feed) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => feed.RunAsync(stoppingToken);
}

/// <summary>Writes once in a while which keys were used, and at the end what is left to write.</summary>
internal sealed partial class KeyUsageWriter(KeyUsage usage, ILogger<KeyUsageWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteAsync();
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await usage.WriteAsync(CancellationToken.None);
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage))
        {
            Log.Unwritten(logger, outage.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Warning, "When keys were last used could not be written: {Reason}")]
        public static partial void Unwritten(ILogger logger, string reason);
    }
}

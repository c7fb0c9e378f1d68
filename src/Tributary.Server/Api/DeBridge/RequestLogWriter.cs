using System.Threading.Channels;
using Tributary.Reporting.Support;
using Tributary.Storage;

namespace Tributary.Server.Api.DeBridge;

/// <summary>
/// Writes requests down beside their answering. The queue is bounded: what does not fit is counted and lost, so that no answer
/// waits or fails for the log.
/// </summary>
internal sealed partial class RequestLogWriter(RequestLog log, ILogger<RequestLogWriter> logger) : BackgroundService
{
    private const int MostWaiting = 10_000;
    private const int MostAtOnce = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Channel<LoggedRequest> queue = Channel.CreateBounded<LoggedRequest>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private long lost;

    /// <summary>Requests that did not fit into the queue or could not be written.</summary>
    public long Lost => Interlocked.Read(ref lost);

    public void Add(LoggedRequest request)
    {
        if (!queue.Writer.TryWrite(request))
            Interlocked.Increment(ref lost);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await WriteAsync();
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await WriteAsync();
    }

    private async Task WriteAsync()
    {
        var batch = new List<LoggedRequest>();
        while (queue.Reader.TryRead(out var request))
        {
            batch.Add(request);
            if (batch.Count == MostAtOnce)
                await WriteAsync(batch);
        }
        if (batch.Count > 0)
            await WriteAsync(batch);
    }

    private async Task WriteAsync(List<LoggedRequest> batch)
    {
        try
        {
            await log.WriteAsync(batch, CancellationToken.None);
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage))
        {
            Interlocked.Add(ref lost, batch.Count);
            Log.Lost(logger, batch.Count, outage.GetType().Name);
        }
        batch.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} requests were not written down: {Reason}")]
        public static partial void Lost(ILogger logger, int count, string reason);
    }
}

using System.Collections.Concurrent;
using Tributary.Storage;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Outbound.Webhooks;

/// <summary>
/// Sends webhooks on this node: takes endpoints that something is due for, each in a task of its own, so that a slow one delays
/// only itself. Those that do not work have places of their own and never take those of the others.
/// </summary>
internal sealed partial class WebhookSender : BackgroundService
{
    private const int Places = 128;
    private const int PlacesOfFailing = 32;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Collecting = TimeSpan.FromMilliseconds(10);

    private readonly DeliveryQueue queue;
    private readonly MessageSender sender;
    private readonly WebhookHealth health;
    private readonly DeliveryClock clock;
    private readonly Database database;
    private readonly ILogger<WebhookSender> logger;
    private readonly SemaphoreSlim news = new(0, 1);
    private readonly ConcurrentDictionary<(long, long), Task> running = new();
    private int failing;

    public WebhookSender(
        DeliveryQueue queue, MessageSender sender, WebhookHealth health, DeliveryClock clock, Database database, ChangeFeed feed, ILogger<WebhookSender> logger)
    {
        this.queue = queue;
        this.sender = sender;
        this.health = health;
        this.clock = clock;
        this.database = database;
        this.logger = logger;
        feed.DeliveriesQueued += Wake;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenOpenAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(() => StartDueAsync(stoppingToken), stoppingToken);
            if (await WaitAsync(stoppingToken))
                await Task.Delay(Collecting, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll(running.Values);
    }

    private void Wake()
    {
        try
        {
            news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is to look already.
        }
    }

    private async Task<bool> WaitAsync(CancellationToken ct)
    {
        try
        {
            return await news.WaitAsync(LookEvery, ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task StartDueAsync(CancellationToken ct)
    {
        foreach (var due in await queue.DueAsync(await clock.NowAsync(ct), ct))
        {
            if (running.Count >= Places + PlacesOfFailing || running.ContainsKey((due.ProgramId, due.EndpointId)))
                continue;
            if (due.IsFailing ? failing >= PlacesOfFailing : running.Count - failing >= Places)
                continue;
            Start(due, ct);
        }
    }

    private void Start(DueLane due, CancellationToken ct)
    {
        if (due.IsFailing)
            Interlocked.Increment(ref failing);
        var started = new TaskCompletionSource();
        running[(due.ProgramId, due.EndpointId)] = Task.Run(async () =>
        {
            await started.Task;
            var did = false;
            await TryAsync(async () => did = await RunAsync(due, ct), ct);
            running.TryRemove((due.ProgramId, due.EndpointId), out _);
            if (due.IsFailing)
                Interlocked.Decrement(ref failing);
            // What was queued between the last look and the end of the lease.
            if (did)
                Wake();
        }, CancellationToken.None);
        started.SetResult();
    }

    private async Task<bool> RunAsync(DueLane due, CancellationToken ct)
    {
        if (await queue.ClaimAsync(due, ct) is not { } lane)
            return false;
        using var run = new LaneRun(queue, sender, health, clock, lane, due.IsFailing);
        return await run.RunAsync(ct);
    }

    private async Task TryAsync(Func<Task> work, CancellationToken ct)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage))
        {
            Log.Waiting(logger, outage.GetType().Name);
        }
        catch (Exception failure)
        {
            // The lease ends by itself, and the deliveries are as they were.
            Log.Failed(logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(75, LogLevel.Warning, "Sending of webhooks waits for the database: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(76, LogLevel.Error, "Sending of webhooks failed and will try again")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}

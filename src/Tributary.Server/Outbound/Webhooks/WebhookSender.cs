using System.Collections.Concurrent;
using System.Diagnostics;
using Tributary.Storage;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Outbound.Webhooks;

/// <summary>
/// Sends webhooks on this node: takes endpoints that something is due for, each in a task of its own, so that a slow one delays
/// only itself. Those that do not work or take long have places of their own and never take those of the others for long.
/// </summary>
internal sealed partial class WebhookSender : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>A little less: a timer that is early must not leave a look out.</summary>
    private static readonly TimeSpan LookAtAllAfter = TimeSpan.FromMilliseconds(900);

    private static readonly TimeSpan Collecting = TimeSpan.FromMilliseconds(10);

    private readonly DeliveryQueue queue;
    private readonly MessageSender sender;
    private readonly WebhookHealth health;
    private readonly DeliveryClock clock;
    private readonly Database database;
    private readonly ILogger<WebhookSender> logger;
    private readonly SemaphoreSlim news = new(0, 1);
    private readonly ConcurrentDictionary<(long, long), (Turn Turn, Task Task)> running = new();

    /// <summary>Endpoints whose last turn here had an attempt that took long.</summary>
    private readonly ConcurrentDictionary<(long, long), bool> slow = new();

    private readonly Lock waking = new();
    private HashSet<long>? woken;
    private long lookedAt;
    private volatile bool othersWait;

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
        await Task.WhenAll(running.Values.Select(each => each.Task));
    }

    /// <param name="programId">Whose endpoints something may be due for; null: anybody's.</param>
    private void Wake(long? programId)
    {
        lock (waking)
        {
            if (programId is { } id)
                woken?.Add(id);
            else
                woken = null;
        }
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

    /// <summary>Whom to look at: everybody each second, for retries are due without anybody's telling; else those of whom something was told.</summary>
    private HashSet<long>? TakeWoken()
    {
        lock (waking)
        {
            var programs = lookedAt == 0 || Stopwatch.GetElapsedTime(lookedAt) >= LookAtAllAfter ? null : woken;
            if (programs is null)
                lookedAt = Stopwatch.GetTimestamp();
            woken = [];
            return programs;
        }
    }

    private async Task StartDueAsync(CancellationToken ct)
    {
        var programs = TakeWoken();
        if (programs is { Count: 0 })
            return;
        var places = new PlaceCount(running.Values.Select(each => each.Turn));
        var waits = programs is not null && othersWait;
        foreach (var due in await queue.DueAsync(await clock.NowAsync(ct), programs, ct))
        {
            var key = (due.ProgramId, due.EndpointId);
            if (running.ContainsKey(key))
                continue;
            var isApart = due.IsFailing || slow.ContainsKey(key);
            if (places.TryTake(isApart, due.ProgramId))
                Start(new Turn(due, isApart, () => othersWait), ct);
            else
                waits |= !isApart;
        }
        othersWait = waits;
    }

    private void Start(Turn turn, CancellationToken ct)
    {
        var key = (turn.Due.ProgramId, turn.Due.EndpointId);
        var started = new TaskCompletionSource();
        running[key] = (turn, Task.Run(async () =>
        {
            await started.Task;
            var did = false;
            await TryAsync(async () => did = await RunAsync(turn, ct), ct);
            if (turn.IsSlow)
                slow[key] = true;
            else if (did)
                slow.TryRemove(key, out _);
            running.TryRemove(key, out _);
            // What was queued between the last look and the end of the lease, and those that waited for the place.
            if (did)
                Wake(othersWait || turn.TakesPlaceApart ? null : turn.Due.ProgramId);
        }, CancellationToken.None));
        started.SetResult();
    }

    private async Task<bool> RunAsync(Turn turn, CancellationToken ct)
    {
        if (await queue.ClaimAsync(turn.Due, ct) is not { } lane)
            return false;
        using var run = new LaneRun(queue, sender, health, clock, lane, turn);
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

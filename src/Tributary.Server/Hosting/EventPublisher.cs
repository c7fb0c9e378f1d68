using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Tributary.Storage;
using Tributary.Webhooks.Publishing;

namespace Tributary.Server.Hosting;

/// <summary>
/// Publishes events as soon as this node has committed them, and those of a busy programme a few times a second: each round is a
/// transaction of its own. What a node left behind that was killed after a commit is found by all others.
/// </summary>
internal sealed partial class EventPublisher : BackgroundService
{
    private const int Publishers = 4;

    private static readonly TimeSpan Collecting = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LookingEvery = TimeSpan.FromSeconds(1);

    private readonly EventPublishing publishing;
    private readonly Database database;
    private readonly ILogger<EventPublisher> logger;
    private readonly ConcurrentDictionary<long, byte> waiting = new();

    /// <summary>When each programme's last round began, on the monotonic clock.</summary>
    private readonly ConcurrentDictionary<long, long> lastRound = new();

    // As long as there are programmes: each waits here once at most.
    private readonly Channel<long> due = Channel.CreateUnbounded<long>();

    public EventPublisher(EventPublishing publishing, Transactions transactions, Database database, ILogger<EventPublisher> logger)
    {
        this.publishing = publishing;
        this.database = database;
        this.logger = logger;
        transactions.EventsCommitted += ScheduleNext;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenOpenAsync(stoppingToken);
        await Task.WhenAll([LookAsync(stoppingToken), .. Enumerable.Range(0, Publishers).Select(_ => PublishAsync(stoppingToken))]);
    }

    private void ScheduleNext(long programId)
    {
        var soonest = lastRound.TryGetValue(programId, out var last) ? BetweenRounds - Stopwatch.GetElapsedTime(last) : TimeSpan.Zero;
        Schedule(programId, soonest > Collecting ? soonest : Collecting);
    }

    private void Schedule(long programId, TimeSpan after)
    {
        if (waiting.TryAdd(programId, 0))
            _ = WriteAsync();

        async Task WriteAsync()
        {
            await Task.Delay(after);
            due.Writer.TryWrite(programId);
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await TryAsync(async () =>
            {
                foreach (var programId in await publishing.WaitingAsync(ct))
                    ScheduleNext(programId);
            }, ct);
            await Task.Delay(LookingEvery, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PublishAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await TryAsync(async () =>
            {
                var programId = await due.Reader.ReadAsync(ct);
                // Before publishing: what commits from here on asks for another round.
                lastRound[programId] = Stopwatch.GetTimestamp();
                waiting.TryRemove(programId, out _);
                if (await publishing.PublishAsync(programId, ct) == PublishingOutcome.Elsewhere)
                    Schedule(programId, AgainAfter);
            }, ct);
        }
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
            // The next look finds it again.
            Log.Failed(logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(72, LogLevel.Warning, "Publishing of events waits for the database: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(73, LogLevel.Error, "Publishing of events failed and will try again")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}

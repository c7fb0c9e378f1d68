using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tributary.Clicks.Spool;
using Tributary.Storage;

namespace Tributary.Clicks.Intake;

/// <summary>
/// Makes clicks durable before their requests are answered (clicks.md § 7): many share a commit, and what the database does not
/// take in time goes to the node's own disk and is shipped later. One per node.
/// </summary>
public sealed partial class ClickIntake : IAsyncDisposable
{
    /// <summary>How long counts of unknown codes wait for a batch to go with.</summary>
    private static readonly TimeSpan UnknownEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long a node that stops goes on shipping; shorter than it is given to stop.</summary>
    private static readonly TimeSpan ShipAtTheEnd = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Of the keys of counters (CL-71).</summary>
    private const int CounterSlots = 8;

    /// <summary>While one batch waits for its commit, another is written.</summary>
    private const int Committers = 2;

    /// <summary>Fewer clicks wait for the commit under way instead of starting one beside it.</summary>
    private const int EnoughBeside = 30;

    private readonly Database database;
    private readonly ClickIntakeSettings settings;
    private readonly ILogger<ClickIntake> logger;
    private readonly ClickCommitter[] committers;
    private readonly SpoolWriter spool;
    private readonly SpoolShipping shipping;
    private readonly RecentClicks recent = new();
    private readonly ConcurrentDictionary<(long Program, DateTimeOffset Hour), long> unknown = new();
    private readonly Lock taking = new();
    private readonly Stack<ClickCommitter> idle = new();

    private List<PendingClick> waiting = [];
    private volatile bool databaseTakes = true;

    public ClickIntake(Database database, ClickIntakeSettings settings, TimeProvider clock, ILogger<ClickIntake> logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.database = database;
        this.settings = settings;
        this.logger = logger;
        var slot = Random.Shared.Next(CounterSlots);
        committers = [.. Enumerable.Range(slot, Committers).Select(one => new ClickCommitter(database, new ClickWriter((short)(one % CounterSlots), clock)))];
        var files = new ClickSpool(settings.SpoolFolder, settings.SegmentSize, settings.SpoolLimit);
        spool = new SpoolWriter(files, settings.Patience, logger);
        shipping = new SpoolShipping(database, files, new ClickWriter((short)slot, clock), settings, logger);
    }

    /// <summary>Clicks that neither the database nor the disk took, since the node started.</summary>
    public long Lost => spool.Lost;

    /// <summary>Whether this node can keep no more clicks without the database: it must not be sent requests (CL-61).</summary>
    public bool IsSpoolFull => spool.Files.IsFull;

    /// <summary>Whether clicks are being lost because the database takes none and the disk fails.</summary>
    public bool IsSpoolFailing => spool.IsFailing && !databaseTakes;

    /// <summary>Bytes of clicks on this node's disk.</summary>
    public long SpoolSize => spool.Files.Size;

    /// <summary>Returns when the click is durable, or when nothing more can be done for it.</summary>
    public Task<ClickFate> RecordAsync(Click click)
    {
        var pending = new PendingClick(click);
        if (!databaseTakes || !TryQueue(pending))
            Spool(pending);
        return pending.Fate;
    }

    /// <summary>Counts a request for a code that the programme does not have. Not worth a wait; a crash may forget it.</summary>
    public void CountUnknown(long programId, CountedIn countedIn) =>
        unknown.AddOrUpdate((programId, countedIn.Hour), 1, (_, before) => before + 1);

    /// <summary>Commits, spools and ships until told to stop; then until nothing waits any more.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var ending = new CancellationTokenSource();
        var beside = Task.WhenAll(WatchAsync(ending.Token), shipping.RunAsync(OnShipping, ending.Token));
        await database.WhenOpenAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var committer in committers)
            Free(committer);
        while (!ct.IsCancellationRequested)
        {
            StartFor(static _ => true);
            await Task.Delay(UnknownEvery, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (IsBusy())
            await Task.Delay(LookEvery, CancellationToken.None);
        // Whoever still comes is answered by the spool.
        databaseTakes = false;
        Spool(Drain());
        await ending.CancelAsync();
        await beside;
        databaseTakes = false;
        using var patience = new CancellationTokenSource(ShipAtTheEnd);
        await shipping.ShipAllAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var committer in committers)
            await committer.DisposeAsync();
        await spool.DisposeAsync();
        shipping.Dispose();
    }

    private bool TryQueue(PendingClick pending)
    {
        lock (taking)
        {
            if (waiting.Count >= settings.MostWaiting)
                return false;
            waiting.Add(pending);
        }
        StartFor(static count => count > 0);
        return true;
    }

    /// <summary>Sets a committer to work if enough is waiting for it; those that work already take what is left to them.</summary>
    private void StartFor(Func<int, bool> isEnough)
    {
        ClickCommitter committer;
        lock (taking)
        {
            if (idle.Count == 0 || !isEnough(waiting.Count) || (idle.Count < Committers && waiting.Count < EnoughBeside))
                return;
            committer = idle.Pop();
        }
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Intake.CommitAllAsync(work.Committer), (Intake: this, Committer: committer), preferLocal: false);
    }

    /// <summary>Commits one batch after the other until too little waits.</summary>
    private async Task CommitAllAsync(ClickCommitter committer)
    {
        for (var batch = Take(); ; batch = Take())
        {
            if (batch.Count > 0 || !unknown.IsEmpty)
                await CommitAsync(committer, batch);
            if (TryRest(committer))
                return;
        }
    }

    private bool TryRest(ClickCommitter committer)
    {
        lock (taking)
        {
            // The last one at work leaves nothing behind.
            if (waiting.Count >= (idle.Count == Committers - 1 ? 1 : EnoughBeside))
                return false;
            idle.Push(committer);
            return true;
        }
    }

    private bool IsBusy()
    {
        lock (taking)
            return waiting.Count > 0 || idle.Count < Committers;
    }

    private void Free(ClickCommitter committer)
    {
        lock (taking)
            idle.Push(committer);
    }

    private List<PendingClick> Take()
    {
        lock (taking)
        {
            var batch = waiting.Count <= settings.MostPerBatch ? waiting : waiting[..settings.MostPerBatch];
            waiting = waiting.Count <= settings.MostPerBatch ? [] : waiting[settings.MostPerBatch..];
            // What the spool has taken meanwhile is not written twice without need.
            batch.RemoveAll(pending => pending.IsClaimed);
            return batch;
        }
    }

    private async Task CommitAsync(ClickCommitter committer, List<PendingClick> batch)
    {
        var counted = TakeUnknown();
        try
        {
            await committer.CommitAsync(batch, counted, recent);
        }
        catch (Exception failure)
        {
            // Whatever it was, no click is lost over it. Whether it was committed may be unknown: shipping finds out (CL-62).
            databaseTakes = false;
            if (database.IsOpen)
                Log.Refused(logger, failure.GetType().Name, DatabaseFault.IsOutage(failure) ? null : failure);
            GiveBack(counted);
            Spool(batch);
        }
    }

    private UnknownRequests[] TakeUnknown() =>
    [
        .. from key in unknown.Keys
           let requests = unknown.TryRemove(key, out var count) ? count : 0
           where requests > 0
           select new UnknownRequests(key.Program, key.Hour, requests),
    ];

    private void GiveBack(UnknownRequests[] counted)
    {
        foreach (var (program, hour, requests) in counted)
            unknown.AddOrUpdate((program, hour), requests, (_, before) => before + requests);
    }

    /// <summary>Whoever has waited too long gets its answer by the spool, wherever its click is by now.</summary>
    private async Task WatchAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, CancellationToken.None);
            foreach (var committer in committers)
                SpoolIfLate(committer.Batch);
            if (IsLate(Queued()))
            {
                databaseTakes = false;
                Spool(Drain());
            }
        }
    }

    private void SpoolIfLate(IReadOnlyList<PendingClick> clicks)
    {
        if (!IsLate(clicks))
            return;
        databaseTakes = false;
        Spool(clicks);
    }

    private bool IsLate(IReadOnlyList<PendingClick> clicks) =>
        clicks.Count > 0 && Stopwatch.GetElapsedTime(clicks[0].Since) >= settings.Patience;

    private PendingClick[] Queued()
    {
        lock (taking)
            return waiting.Count > 0 ? [waiting[0]] : [];
    }

    private List<PendingClick> Drain()
    {
        lock (taking)
        {
            var late = waiting;
            waiting = [];
            return late;
        }
    }

    private void Spool(IReadOnlyList<PendingClick> clicks)
    {
        foreach (var pending in clicks)
            Spool(pending);
    }

    private void Spool(PendingClick pending)
    {
        if (pending.TryClaim())
            spool.Write(pending);
    }

    /// <summary>The spool was emptied, or there was nothing in it: the database takes clicks again.</summary>
    private void OnShipping() => databaseTakes = !Array.Exists(committers, committer => IsLate(committer.Batch));

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Warning, "Clicks go to the spool: the database did not take them ({Fault})")]
        public static partial void Refused(ILogger logger, string fault, Exception? failure);
    }
}

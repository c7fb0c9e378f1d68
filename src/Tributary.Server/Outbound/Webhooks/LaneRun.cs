using System.Diagnostics;
using Tributary.Programs;
using Tributary.Webhooks;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Outbound.Webhooks;

/// <summary>
/// Sends to one endpoint what is due, until nothing is or the lease is lost. Messages are on their way one after the other, or as
/// many at once as the endpoint takes, and then in order for each order, customer or referrer.
/// </summary>
internal sealed class LaneRun(DeliveryQueue queue, MessageSender sender, WebhookHealth health, DeliveryClock clock, Lane lane, Turn turn) : IDisposable
{
    private const int Handful = 64;

    /// <summary>More than one attempt takes: none may be on its way when the lease ends.</summary>
    private static readonly TimeSpan LeastLeft = TimeSpan.FromSeconds(18);

    private static readonly TimeSpan WriteEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Between messages to an endpoint that does not work: a backlog is no storm.</summary>
    private static readonly TimeSpan FailingPace = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Lock noting = new();
    private List<DeliveryResult> results = [];
    private long writtenAt = Stopwatch.GetTimestamp();
    private DateTimeOffset? pausedUntil;
    private DateTimeOffset? failingSince;
    private string? url;
    private volatile bool over;

    /// <returns>Whether anything was done.</returns>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        try
        {
            return await SendDueAsync(ct);
        }
        finally
        {
            await EndAsync();
        }
    }

    public void Dispose() => writing.Dispose();

    private async Task<bool> SendDueAsync(CancellationToken ct)
    {
        var program = await sender.ProgramAsync(lane.ProgramId, ct);
        var did = false;
        while (program is not null && !over && !ct.IsCancellationRequested
            && await queue.FetchAsync(lane, await clock.NowAsync(ct), Handful, ct) is var (target, deliveries) && deliveries.Count > 0)
        {
            did = true;
            (failingSince, url) = (target.FailingSince, target.Url);
            await Task.WhenAll(deliveries
                .GroupBy(delivery => (int)((ulong)delivery.OrderedBy % (ulong)target.Concurrency))
                .Select(some => SendAsync(program, target, [.. some], ct)));
            await WriteAsync();
        }
        return did;
    }

    /// <summary>However it ends, what was sent is written down and the next one need not wait for the end of the lease.</summary>
    private async Task EndAsync()
    {
        try
        {
            await WriteAsync();
        }
        finally
        {
            await queue.ReleaseAsync(lane, CancellationToken.None);
        }
    }

    private async Task SendAsync(ReferralProgram program, Target target, IReadOnlyList<QueuedDelivery> deliveries, CancellationToken ct)
    {
        foreach (var delivery in deliveries)
        {
            if (over || ct.IsCancellationRequested || !await HoldsAsync())
                return;
            // What was begun is ended: its answer is worth having, and the node waits for it when it stops.
            var outcome = await sender.SendAsync(program, lane, target, delivery, CancellationToken.None);
            await NoteAsync(outcome);
            if (failingSince is not null)
                await Task.Delay(FailingPace, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> HoldsAsync()
    {
        if (lane.Left >= LeastLeft)
            return true;
        await writing.WaitAsync(CancellationToken.None);
        try
        {
            if (lane.Left < LeastLeft && !await queue.RenewAsync(lane, CancellationToken.None))
                over = true;
        }
        finally
        {
            writing.Release();
        }
        return !over && lane.Left >= LeastLeft;
    }

    private async Task NoteAsync(MessageOutcome outcome)
    {
        var now = await clock.NowAsync(CancellationToken.None);
        bool isTime;
        lock (noting)
        {
            results.Add(outcome.Result);
            failingSince = outcome.Result.Fate switch
            {
                DeliveryFate.Delivered => null,
                DeliveryFate.Waits or DeliveryFate.Failed => failingSince ?? now,
                DeliveryFate.Skipped => failingSince,
            };
            if (outcome.SlowDown)
                Pause(outcome.RetryAfter, now);
            turn.Note(outcome.Result.Attempt);
            if (turn.IsOver(failingSince is not null))
                over = true;
            isTime = failingSince is not null || Stopwatch.GetElapsedTime(writtenAt) > WriteEvery;
        }
        if (isTime || outcome.SlowDown || outcome.IsGone)
            await WriteAsync();
        if (!outcome.IsGone)
            return;
        over = true;
        await health.DisableAsync(lane.ProgramId, lane.EndpointId, DisabledReason.Gone, url, CancellationToken.None);
    }

    /// <summary>As long as it asks for; else as long again as it has been failing.</summary>
    private void Pause(TimeSpan? asked, DateTimeOffset now)
    {
        var failing = now - (failingSince ?? now);
        var pause = asked ?? (failing < ShortestPause ? ShortestPause : failing > LongestPause ? LongestPause : failing);
        pausedUntil = now + pause;
        over = true;
    }

    private async Task WriteAsync()
    {
        await writing.WaitAsync(CancellationToken.None);
        List<DeliveryResult> ready = [];
        try
        {
            lock (noting)
                (ready, results) = (results, []);
            writtenAt = Stopwatch.GetTimestamp();
            if (ready.Count > 0 && !await queue.WriteAsync(
                lane, new LaneNews(ready, pausedUntil, url), await clock.NowAsync(CancellationToken.None), CancellationToken.None))
                over = true;
        }
        catch
        {
            // Not written: they are tried once more at the end.
            lock (noting)
                results.InsertRange(0, ready);
            throw;
        }
        finally
        {
            writing.Release();
        }
    }
}

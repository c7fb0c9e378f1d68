using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tributary.Clicks.Spool;

namespace Tributary.Clicks.Intake;

/// <summary>Writes clicks to the spool, as many as wait behind one sync, and answers them.</summary>
internal sealed partial class SpoolWriter : IAsyncDisposable
{
    private const int MostPerGroup = 2_000;
    private static readonly TimeSpan ShoutEvery = TimeSpan.FromSeconds(10);

    // Not bounded by itself: each entry is a request that waits for its answer, and those are (connections of the HTTP server).
    private readonly Channel<PendingClick> queue = Channel.CreateUnbounded<PendingClick>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TimeSpan patience;
    private readonly ILogger logger;
    private readonly Task loop;
    private long lost;
    private long shoutedAt;
    private volatile bool isFailing;

    /// <param name="patience">How long an answer waits for the disk: a sync may hang, and nobody is held up by it.</param>
    public SpoolWriter(ClickSpool files, TimeSpan patience, ILogger logger)
    {
        Files = files;
        this.patience = patience;
        this.logger = logger;
        loop = Task.Run(RunAsync);
    }

    public ClickSpool Files { get; }

    public long Lost => Interlocked.Read(ref lost);

    /// <summary>The disk did not take the last clicks that were to go there.</summary>
    public bool IsFailing => isFailing;

    /// <summary>The caller has claimed it.</summary>
    public void Write(PendingClick pending)
    {
        if (queue.Writer.TryWrite(pending))
            _ = AnswerLateAsync(pending);
        else
            Lose([pending], "the node has stopped");
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
        Files.Dispose();
    }

    /// <summary>The click stays in the queue: it is kept or lost later, and what is lost is counted then.</summary>
    private async Task AnswerLateAsync(PendingClick pending)
    {
        await ((Task)pending.Fate.WaitAsync(patience)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        pending.Answer(ClickFate.Late);
    }

    private async Task RunAsync()
    {
        var group = new List<PendingClick>();
        while (await queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < MostPerGroup && queue.Reader.TryRead(out var pending))
                group.Add(pending);
            WriteGroup(group);
        }
    }

    private void WriteGroup(List<PendingClick> group)
    {
        try
        {
            Files.Append([.. group.Select(pending => pending.Click)]);
            isFailing = false;
            foreach (var pending in group)
                pending.Answer(ClickFate.Spooled);
        }
        catch (Exception failure)
        {
            isFailing = true;
            Lose(group, failure.Message);
        }
    }

    private void Lose(IReadOnlyList<PendingClick> group, string reason)
    {
        Interlocked.Add(ref lost, group.Count);
        foreach (var pending in group)
            pending.Answer(ClickFate.Lost);
        if (shoutedAt == 0 || System.Diagnostics.Stopwatch.GetElapsedTime(shoutedAt) > ShoutEvery)
        {
            shoutedAt = System.Diagnostics.Stopwatch.GetTimestamp();
            Log.Lost(logger, Lost, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(61, LogLevel.Critical, "CLICKS ARE BEING LOST, {Lost} so far: neither the database nor the disk takes them: {Reason}")]
        public static partial void Lost(ILogger logger, long lost, string reason);
    }
}

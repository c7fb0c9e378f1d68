using System.Threading.Channels;
using Tributary.Webhooks.Publishing;

namespace Tributary.Webhooks.Stream;

/// <summary>One subscriber: first what it missed, page by page, then what is new.</summary>
public sealed class EventReader : IAsyncDisposable
{
    /// <summary>A reader further behind than this is closed.</summary>
    public const int MostBehind = 1_000;

    private const int PageSize = 500;

    private readonly ProgramStream stream;
    private readonly PublishedEvents events;
    private readonly StreamFilter filter;
    private readonly CancellationTokenSource overrun = new();
    private readonly Channel<PublishedEvent> fresh = Channel.CreateBounded<PublishedEvent>(
        new BoundedChannelOptions(MostBehind) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private bool isLive;

    internal EventReader(ProgramStream stream, PublishedEvents events, long key, StreamFilter filter)
    {
        this.stream = stream;
        this.events = events;
        this.filter = filter;
        Key = key;
    }

    /// <summary>Whether what was asked for is not kept any more, or never was: something is missing before the first event.</summary>
    public bool WasReset { get; private set; }

    /// <summary>Cancelled when the reader fell too far behind.</summary>
    public CancellationToken Overrun => overrun.Token;

    internal long Key { get; }

    /// <summary>Everything up to here was read or looked over.</summary>
    internal long Position { get; private set; }

    /// <summary>What comes next, in order; none where only the time passed.</summary>
    public async Task<IReadOnlyList<PublishedEvent>> NextAsync(TimeSpan longest, CancellationToken ct)
    {
        if (!isLive)
            return await CatchUpAsync(ct);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(longest);
        try
        {
            if (!await fresh.Reader.WaitToReadAsync(limited.Token))
                throw new OperationCanceledException("The reader is too far behind.", Overrun);
        }
        catch (OperationCanceledException) when (limited.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return [];
        }
        var ready = new List<PublishedEvent>();
        while (ready.Count < PageSize && fresh.Reader.TryRead(out var told))
            ready.Add(told);
        return ready;
    }

    public ValueTask DisposeAsync()
    {
        stream.Remove(this);
        overrun.Dispose();
        return ValueTask.CompletedTask;
    }

    internal async Task BeginAsync(long? after, CancellationToken ct)
    {
        var range = await events.RangeAsync(stream.ProgramId, ct);
        WasReset = after is { } asked && (asked > range.Last || asked + 1 < range.First);
        Position = WasReset ? range.First - 1 : after ?? range.Last;
    }

    /// <summary>Called under the stream's lock, with one event after the other; never waits.</summary>
    internal void Offer(PublishedEvent told)
    {
        if (told.Position <= Position || !filter.Lets(told))
            return;
        if (fresh.Writer.TryWrite(told))
            return;
        fresh.Writer.TryComplete();
        // Not under the lock: what hangs on the token runs here.
        _ = overrun.CancelAsync();
    }

    private async Task<IReadOnlyList<PublishedEvent>> CatchUpAsync(CancellationToken ct)
    {
        var page = await events.ReadAsync(stream.ProgramId, Position, PageSize, ct);
        if (page.Count > 0)
            Position = page[^1].Position;
        else
            isLive = stream.TryGoLive(this);
        return [.. page.Where(filter.Lets)];
    }
}

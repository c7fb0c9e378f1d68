using Microsoft.Extensions.Logging;
using Tributary.Primitives;
using Tributary.Storage;
using Tributary.Webhooks.Publishing;

namespace Tributary.Webhooks.Stream;

/// <summary>The readers of one programme on this node, and how far new events were handed to them.</summary>
internal sealed partial class ProgramStream(long programId, PublishedEvents events, ILogger logger)
{
    private const int PageSize = 500;
    private const long Unknown = -1;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private static readonly Problem TooMany = new(ProblemCode.RateLimited, "Too many streams are open; close one, or try again later.");

    private readonly Lock sync = new();
    private readonly List<EventReader> all = [];
    private readonly List<EventReader> live = [];
    private long head = Unknown;
    private bool running;
    private bool again;

    public long ProgramId => programId;

    /// <returns>Null: it is counted now.</returns>
    public Problem? TryAdd(EventReader reader)
    {
        lock (sync)
        {
            if (all.Count >= EventStreams.MostPerProgram || all.Count(each => each.Key == reader.Key) >= EventStreams.MostPerKey)
                return TooMany;
            if (all.Count == 0)
                head = Unknown;
            all.Add(reader);
            return null;
        }
    }

    public void Remove(EventReader reader)
    {
        lock (sync)
        {
            all.Remove(reader);
            live.Remove(reader);
        }
    }

    /// <summary>Hands a reader what is new from now on, if it has read everything that was handed out before.</summary>
    public bool TryGoLive(EventReader reader)
    {
        lock (sync)
        {
            if (head != Unknown && reader.Position < head)
                return false;
            if (head == Unknown)
                head = reader.Position;
            live.Add(reader);
        }
        // What came while it was still behind may have been told to nobody.
        Wake();
        return true;
    }

    /// <summary>New events may be there. Returns at once.</summary>
    public void Wake()
    {
        lock (sync)
        {
            again = true;
            if (running || live.Count == 0)
                return;
            running = true;
        }
        _ = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        while (Continue())
        {
            try
            {
                await HandOutAsync();
            }
            catch (Exception outage) when (DatabaseFault.IsOutage(outage))
            {
                Log.Waiting(logger, outage.GetType().Name);
                await PauseAsync();
            }
            catch (Exception failure)
            {
                Log.Failed(logger, failure);
                await PauseAsync();
            }
        }
    }

    private async Task PauseAsync()
    {
        await Task.Delay(RetryAfter);
        lock (sync)
            again = true;
    }

    private bool Continue()
    {
        lock (sync)
        {
            running = again && live.Count > 0;
            again = false;
            return running;
        }
    }

    private async Task HandOutAsync()
    {
        IReadOnlyList<PublishedEvent> page;
        do
        {
            page = await events.ReadAsync(programId, Volatile.Read(ref head), PageSize, CancellationToken.None);
            lock (sync)
            {
                foreach (var told in page)
                {
                    foreach (var reader in live)
                        reader.Offer(told);
                    head = told.Position;
                }
            }
        }
        while (page.Count == PageSize);
    }

    private static partial class Log
    {
        [LoggerMessage(70, LogLevel.Warning, "The stream of events waits for the database: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(71, LogLevel.Error, "The stream of events failed and will try again")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}

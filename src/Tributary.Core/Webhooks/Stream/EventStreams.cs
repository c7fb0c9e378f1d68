using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tributary.Primitives;
using Tributary.Storage;
using Tributary.Webhooks.Publishing;

namespace Tributary.Webhooks.Stream;

/// <summary>
/// The live stream of events on this node. Of each programme that somebody listens to, new events are read once and handed to
/// all readers; one that does not keep up is closed, and goes on later from the last position that it got.
/// </summary>
public sealed class EventStreams
{
    public const int MostPerKey = 5;
    public const int MostPerProgram = 200;

    private readonly ConcurrentDictionary<long, ProgramStream> programs = new();
    private readonly PublishedEvents events;
    private readonly ILogger<EventStreams> logger;

    public EventStreams(PublishedEvents events, ChangeFeed feed, ILogger<EventStreams> logger)
    {
        ArgumentNullException.ThrowIfNull(feed);
        this.events = events;
        this.logger = logger;
        feed.EventsPublished += Wake;
    }

    /// <param name="key">Whose readers are counted together.</param>
    /// <param name="after">The position after which to begin; null: from now on.</param>
    /// <returns>The reader, to be disposed; <c>RateLimited</c> where there are too many.</returns>
    public async Task<Outcome<EventReader>> OpenAsync(long programId, long key, StreamFilter filter, long? after, CancellationToken ct)
    {
        var stream = programs.GetOrAdd(programId, id => new ProgramStream(id, events, logger));
        var reader = new EventReader(stream, events, key, filter);
        if (stream.TryAdd(reader) is { } refusal)
            return refusal;
        try
        {
            await reader.BeginAsync(after, ct);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    private void Wake(long? programId)
    {
        if (programId is { } one)
        {
            if (programs.TryGetValue(one, out var stream))
                stream.Wake();
            return;
        }
        foreach (var stream in programs.Values)
            stream.Wake();
    }
}

using Tributary.Storage;

namespace Tributary.Webhooks.Publishing;

/// <summary>Which positions of a programme are kept.</summary>
/// <param name="Last">Of the newest event; 0 while there was none.</param>
/// <param name="First">The oldest kept one; the one that will come next where none is kept.</param>
public sealed record PublishedRange(long First, long Last);

/// <summary>Reads events in the order of their positions.</summary>
public sealed class PublishedEvents(Database database)
{
    private const string PageSql = $"""
        select {PublishedEvent.Columns}
        from published_events p
        join events e on e.program_id = p.program_id and e.event_id = p.event_id
        where p.program_id = $1 and p.position > $2
        order by p.position
        limit $3
        """;

    private const string RangeSql = """
        select f.position, (select min(p.position) from published_events p where p.program_id = $1)
        from event_feeds f
        where f.program_id = $1
        """;

    public async Task<IReadOnlyList<PublishedEvent>> ReadAsync(long programId, long after, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var events = new List<PublishedEvent>();
        var load = new LoadBatch(connection);
        load.Query(PageSql, row => events.Add(PublishedEvent.Read(row)), Param.Of(programId), Param.Of(after), Param.Of(most));
        await load.RunAsync(ct);
        return events;
    }

    public async Task<PublishedRange> RangeAsync(long programId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var range = new PublishedRange(1, 0);
        var load = new LoadBatch(connection);
        load.Query(
            RangeSql,
            row => range = new PublishedRange(row.LongOrNull(1) ?? row.GetInt64(0) + 1, row.GetInt64(0)),
            Param.Of(programId));
        await load.RunAsync(ct);
        return range;
    }
}

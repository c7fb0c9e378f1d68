using Tributary.Storage;

namespace Tributary.Webhooks.Deliveries;

/// <summary>
/// The time by which retries are due: the database's when this node first asked, and from then on by the monotonic clock. So all
/// nodes agree on it, and a wall clock that jumps neither lets everything go at once nor holds it for days (promises.md R7).
/// </summary>
public sealed class DeliveryClock(Database database, TimeProvider clock)
{
    private const string NowSql = "select clock_timestamp()";

    private Anchor? anchor;

    public async ValueTask<DateTimeOffset> NowAsync(CancellationToken ct)
    {
        var known = Volatile.Read(ref anchor) ?? await AskAsync(ct);
        return known.At + clock.GetElapsedTime(known.Stamp);
    }

    private async Task<Anchor> AskAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var asked = clock.GetTimestamp();
        var at = DateTimeOffset.UnixEpoch;
        var load = new LoadBatch(connection);
        load.Query(NowSql, row => at = row.Time(0));
        await load.RunAsync(ct);
        var made = new Anchor(at, asked);
        return Interlocked.CompareExchange(ref anchor, made, null) ?? made;
    }

    private sealed record Anchor(DateTimeOffset At, long Stamp);
}

using System.Collections.Concurrent;
using Npgsql;
using Tributary.Links;
using Tributary.Storage;

namespace Tributary.Clicks.Keeping;

/// <summary>
/// Whether a link's valid clicks have reached its limit (CL-18). Counted anew at most twice a second while the link is asked for,
/// so what arrives within a second may go beyond it. A link that has reached it says so from then on, on every node.
/// </summary>
public sealed class ClickLimits(Database database, TimeProvider clock)
{
    private const int MostLinks = 50_000;
    private static readonly TimeSpan GoodFor = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private const string CountSql = """
        select l.click_limit,
               (select coalesce(sum(d.valid), 0) from link_days d where d.program_id = $1 and d.link_id = $2)::bigint
        from links l
        where l.program_id = $1 and l.link_id = $2
        """;

    private const string ReachedSql = """
        with reached as (
          update links set limit_reached_at = $3, version = version + 1
          where program_id = $1 and link_id = $2 and click_limit is not null and limit_reached_at is null
          returning link_id)
        select pg_notify($4, $5) from reached
        """;

    private readonly ConcurrentDictionary<(long Program, long Link), Count> counts = new();

    /// <summary>What the state of a link or of its referrer makes of a request; null: both are in order.</summary>
    public async ValueTask<Verdict?> RefusalOfAsync(RedirectTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.State switch
        {
            LinkState.Active => target.HasClickLimit && await IsUsedUpAsync(target.Program.Program.Id, target.LinkId) ? Verdict.LinkExpired : null,
            LinkState.Paused => Verdict.LinkPaused,
            LinkState.Expired => Verdict.LinkExpired,
            LinkState.Deleted => Verdict.LinkDeleted,
            LinkState.Blocked => Verdict.Blocked,
            LinkState.ReferrerInactive => Verdict.ReferrerInactive,
        };
    }

    private async ValueTask<bool> IsUsedUpAsync(long programId, long linkId)
    {
        if (counts.TryGetValue((programId, linkId), out var count) && (count.IsFresh || !count.TryAsk()))
            return count.IsUsedUp;
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            return await CountAsync(programId, linkId, patience.Token);
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage) || outage is OperationCanceledException or NpgsqlException)
        {
            // A link that cannot be counted goes on leading people on.
            counts.TryRemove((programId, linkId), out _);
            return count?.IsUsedUp ?? false;
        }
    }

    private async Task<bool> CountAsync(long programId, long linkId, CancellationToken ct)
    {
        var isUsedUp = false;
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(CountSql, row => isUsedUp = !row.IsDBNull(0) && row.GetInt64(1) >= Convert.ToInt64(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture), Param.Of(programId), Param.Of(linkId));
        await load.RunAsync(ct);
        if (isUsedUp)
            await TellReachedAsync(connection, programId, linkId, ct);
        if (counts.Count >= MostLinks)
            counts.Clear();
        counts[(programId, linkId)] = new Count(isUsedUp);
        return isUsedUp;
    }

    private async Task TellReachedAsync(NpgsqlConnection connection, long programId, long linkId, CancellationToken ct)
    {
        var tell = new LoadBatch(connection);
        tell.Command(
            ReachedSql, Param.Of(programId), Param.Of(linkId), Param.Of(clock.GetUtcNow()), Param.Of(ChangeFeed.Channel),
            Param.Of(new ChangedPart(programId, ChangedPart.Link, linkId).ToString()));
        await tell.RunAsync(ct);
    }

    private sealed class Count(bool isUsedUp)
    {
        private readonly long readAt = System.Diagnostics.Stopwatch.GetTimestamp();
        private int asked;

        public bool IsUsedUp => isUsedUp;

        public bool IsFresh => System.Diagnostics.Stopwatch.GetElapsedTime(readAt) < GoodFor;

        /// <summary>One request counts anew, the others go by what is known.</summary>
        public bool TryAsk() => Interlocked.Exchange(ref asked, 1) == 0;
    }
}

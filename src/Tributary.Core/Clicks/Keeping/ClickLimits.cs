using System.Collections.Concurrent;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Clicks.Keeping;

/// <summary>
/// Whether a link's valid clicks have reached its limit (CL-18). Counted anew at most twice a second while the link is asked for,
/// so what arrives within a second may go beyond it.
/// </summary>
public sealed class ClickLimits(Database database)
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

    private readonly ConcurrentDictionary<(long Program, long Link), Count> counts = new();

    public async ValueTask<bool> IsUsedUpAsync(long programId, long linkId)
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
        if (counts.Count >= MostLinks)
            counts.Clear();
        counts[(programId, linkId)] = new Count(isUsedUp);
        return isUsedUp;
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

using Npgsql;
using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>Programmes in which something was posted lately, for the hourly self-check (money.md MO-84).</summary>
public static class RecentlyMoved
{
    private const string LockSql = "select pg_try_advisory_xact_lock(hashtextextended('self-check', 0))";

    private const string ProgramsSql = """
        select p.program_id
        from programs p
        where exists (select from transfers t where t.program_id = p.program_id and t.created_at >= $1 order by t.transfer_id desc limit 1)
        order by p.program_id
        """;

    /// <summary>Only one node at a time gets an answer, as long as its transaction lasts; the others get none.</summary>
    public static async Task<IReadOnlyList<long>> ClaimAsync(NpgsqlConnection connection, DateTimeOffset since, CancellationToken ct)
    {
        var mine = false;
        var programs = new List<long>();
        var load = new LoadBatch(connection);
        load.Query(LockSql, row => mine = row.GetBoolean(0));
        load.Query(ProgramsSql, row => programs.Add(row.GetInt64(0)), Param.Of(since));
        await load.RunAsync(ct);
        return mine ? programs : [];
    }
}

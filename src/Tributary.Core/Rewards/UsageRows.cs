using System.Numerics;
using Npgsql;
using Tributary.Campaigns;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>Reads counters under their lock, in key order, so that simultaneous operations can share neither slot nor headroom.</summary>
internal static class UsageRows
{
    private const string LockSql = """
        insert into usage as u (program_id, campaign_id, scope, period)
        select $1, k.campaign_id, k.scope, k.period
        from unnest($2, $3, $4) as k (campaign_id, scope, period)
        order by k.campaign_id, k.scope collate "C", k.period collate "C"
        on conflict (program_id, campaign_id, scope, period) do update set count = u.count
        returning campaign_id, scope, period, amount, count
        """;

    private const string ChangeSql = """
        update usage u set amount = u.amount + c.amount, count = u.count + c.count
        from (select k.campaign_id, k.scope, k.period, sum(k.amount) as amount, sum(k.count)::bigint as count
              from unnest($2, $3, $4, $5, $6) as k (campaign_id, scope, period, amount, count)
              group by 1, 2, 3) as c
        where u.program_id = $1 and u.campaign_id = c.campaign_id and u.scope = c.scope and u.period = c.period
        """;

    /// <param name="keys">In the order of locking.</param>
    public static async Task<UsageSnapshot> LockAsync(Transaction tx, SortedSet<UsageKey> keys, CancellationToken ct)
    {
        if (keys.Count == 0)
            return UsageSnapshot.Empty;
        var rows = new Dictionary<UsageKey, UsageRow>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            LockSql,
            row => rows[new UsageKey(row.GetInt64(0), row.GetString(1), row.GetString(2))] =
                new UsageRow(row.GetFieldValue<BigInteger>(3), row.GetInt64(4)),
            Parameters(tx, keys));
        await load.RunAsync(ct);
        return new UsageSnapshot(rows);
    }

    /// <summary>Changes rows that this operation has not locked: they are made or locked first, in their order.</summary>
    public static void LockAndWrite(Transaction tx, IReadOnlyList<UsageDelta> changes)
    {
        if (changes.Count == 0)
            return;
        tx.Writes.Add(LockSql, Parameters(tx, new SortedSet<UsageKey>(changes.Select(change => change.Key))));
        Write(tx, changes);
    }

    /// <param name="changes">Of rows that this operation has locked.</param>
    public static void Write(Transaction tx, IReadOnlyList<UsageDelta> changes)
    {
        if (changes.Count == 0)
            return;
        tx.Writes.Add(
            ChangeSql,
            Param.Of(tx.ProgramId),
            Param.Of([.. changes.Select(c => c.Key.CampaignId)]),
            Param.Of([.. changes.Select(c => c.Key.Scope)]),
            Param.Of([.. changes.Select(c => c.Key.Period)]),
            Param.Of([.. changes.Select(c => c.Amount)]),
            Param.Of([.. changes.Select(c => c.Count)]));
    }

    private static NpgsqlParameter[] Parameters(Transaction tx, SortedSet<UsageKey> keys) =>
    [
        Param.Of(tx.ProgramId),
        Param.Of([.. keys.Select(k => k.CampaignId)]),
        Param.Of([.. keys.Select(k => k.Scope)]),
        Param.Of([.. keys.Select(k => k.Period)]),
    ];
}

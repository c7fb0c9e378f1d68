using System.Globalization;
using Dapper;
using Npgsql;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Clicks.Keeping;

/// <summary>
/// The months of the clicks' table: made ahead, and dropped when they are old. Needs the schema's owner, because the server's role
/// changes no tables.
/// </summary>
public sealed class ClickPartitions(PostgresConnections connections, TimeProvider clock)
{
    private const int MonthsAhead = 3;

    // One node at a time ("clickmon" in ASCII).
    private const long LockKey = 0x636C_6963_6B6D_6F6E;

    private const string NamesSql = """
        select c.relname from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'clicks'::regclass and c.relname ~ '^clicks_[0-9]{4}_[0-9]{2}$'
        order by c.relname
        """;

    /// <summary>A window without a limit counts as the longest that can be set: for ever would be for every programme's clicks.</summary>
    private const string LongestWindowSql = """
        select coalesce(max(coalesce(nullif((settings #>> '{attribution,windowDays}')::integer, 0), @longest)), 0) from programs
        where settings #>> '{attribution,windowDays}' is not null
        """;

    /// <summary>Clicks of a time for which no month was ever made.</summary>
    private const string EmptyRestSql = "delete from clicks_rest where click_id < @before";

    /// <summary>Makes the present month and the next three where they are missing.</summary>
    /// <returns>How many were made.</returns>
    public async Task<int> MakeAsync(CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        var there = (await connection.QueryAsync<string>(new CommandDefinition(NamesSql, cancellationToken: ct))).ToHashSet(StringComparer.Ordinal);
        var month = MonthOf(clock.GetUtcNow());
        var made = 0;
        for (var ahead = 0; ahead <= MonthsAhead; ahead++)
        {
            if (there.Contains(NameOf(month.AddMonths(ahead))))
                continue;
            await MakeAsync(connection, month.AddMonths(ahead), ct);
            made++;
        }
        return made;
    }

    /// <summary>Drops the months that ended longer ago than clicks are kept, and longer than any programme's window.</summary>
    /// <returns>How many were dropped.</returns>
    public async Task<int> DropAsync(TimeSpan kept, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        var window = TimeSpan.FromDays(await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(LongestWindowSql, new { longest = AttributionSettings.LongestWindowDays }, cancellationToken: ct)));
        var last = clock.GetUtcNow() - (window > kept ? window : kept);
        var dropped = 0;
        foreach (var name in await connection.QueryAsync<string>(new CommandDefinition(NamesSql, cancellationToken: ct)))
        {
            var month = DateOnly.ParseExact(name["clicks_".Length..], "yyyy_MM", CultureInfo.InvariantCulture);
            if (StartOf(month.AddMonths(1)) > last)
                break;
            await ExecuteAsync(connection, $"drop table {name}", ct);
            dropped++;
        }
        await connection.ExecuteAsync(new CommandDefinition(EmptyRestSql, new { before = ClickId.FirstAt(last).Value }, cancellationToken: ct));
        return dropped;
    }

    private static async Task MakeAsync(NpgsqlConnection connection, DateOnly month, CancellationToken ct)
    {
        var name = NameOf(month);
        var from = ClickId.FirstAt(StartOf(month)).Value;
        var to = ClickId.FirstAt(StartOf(month.AddMonths(1))).Value;
        // Rows of that month that came before it was made lie in clicks_rest and move. Names and bounds are ours, never from outside.
        await ExecuteAsync(
            connection,
            $"""
            begin;
            lock table clicks_rest in access exclusive mode;
            create table {name} (like clicks including all);
            with moved as (delete from clicks_rest where click_id >= '{from}' and click_id < '{to}' returning *)
            insert into {name} select * from moved;
            alter table clicks attach partition {name} for values from ('{from}') to ('{to}');
            commit;
            """,
            ct);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var builder = new NpgsqlConnectionStringBuilder(connections.Owner) { Pooling = false, ApplicationName = "tributary months" };
        var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync(ct);
        // A month that cannot be had at once is made the next time: clicks must not wait for it.
        await ExecuteAsync(connection, "set lock_timeout = '2s'", ct);
        await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_lock(@key)", new { key = LockKey }, cancellationToken: ct));
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static string NameOf(DateOnly month) => month.ToString("'clicks_'yyyy_MM", CultureInfo.InvariantCulture);

    private static DateOnly MonthOf(DateTimeOffset at) => new(at.UtcDateTime.Year, at.UtcDateTime.Month, 1);

    private static DateTimeOffset StartOf(DateOnly month) => new(month.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}

using Dapper;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Clicks.Keeping;

/// <summary>How long what is kept (clicks.md § 6).</summary>
public sealed record ClickRetentionSettings
{
    /// <summary>Thirteen months; a longer attribution window of any programme keeps clicks longer.</summary>
    public int ClickDays { get; init; } = 396;

    /// <summary>What a valid click says of its visitor beyond its id.</summary>
    public int DetailDays { get; init; } = 90;

    /// <summary>Rows of invalid clicks, and texts of agents since they were last seen.</summary>
    public int InvalidDays { get; init; } = 30;

    public int MarkDays { get; init; } = 396;

    public int HourDays { get; init; } = 31;
}

/// <summary>Forgets what has been kept long enough, programme by programme; day counters stay.</summary>
public sealed class ClickRetention(
    Database database, ClickPartitions partitions, VisitorKeys keys, ClickRetentionSettings settings, TimeProvider clock)
{
    /// <summary>Rows of one statement, so that none holds locks for long.</summary>
    private const int BatchSize = 5_000;

    /// <summary>Days that are gone through again each time, for what came late; all of them once after the node has started.</summary>
    private const int RepeatedDays = 14;

    private const string ProgramsSql = "select program_id from programs order by program_id";

    private const string BlankSql = """
        update clicks set
          agent_id = null, browser = null, system = null, device = null, address = null, page_host = null, page_path = null,
          referring_host = null, utm_source = null, utm_medium = null, utm_campaign = null, utm_term = null, utm_content = null,
          sub1 = null, sub2 = null, sub3 = null, sub4 = null, sub5 = null
        where program_id = @programId and click_id >= @from and click_id < @before
          and (agent_id, browser, system, device, address, page_host, page_path, referring_host, utm_source, utm_medium, utm_campaign,
               utm_term, utm_content, sub1, sub2, sub3, sub4, sub5) is distinct from
              (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)
        """;

    // A duplicate stays as long as the click it stands for: its id may be the one that the visitor carried on (CL-90).
    private const string InvalidSql = """
        delete from clicks
        where program_id = @programId and click_id = any (array(
          select click_id from clicks
          where program_id = @programId and click_id >= @from and click_id < @before and verdict not in ('valid', 'duplicate')
          limit @most))
        """;

    private const string AgentsSql = """
        delete from agents
        where program_id = @programId and agent_id = any (array(
          select agent_id from agents where program_id = @programId and last_seen < @day limit @most))
        """;

    private const string MarksSql = """
        delete from unique_marks
        where program_id = @programId and ctid = any (array(
          select ctid from unique_marks where program_id = @programId and last_used < @day limit @most))
        """;

    private const string HoursSql = "delete from program_hours where program_id = @programId and hour < @instant";

    private const string LinkHoursSql = "delete from link_hours where program_id = @programId and hour < @instant";

    private const string LandingsSql = "delete from landings where program_id = @programId and click_id < @before";

    private const string SaltsSql = "delete from visitor_salts where program_id = @programId and day < @day";

    private bool hasRun;

    /// <summary>Salts, which must not outlive their two days, more often than the rest.</summary>
    public async Task DestroySaltsAsync(CancellationToken ct)
    {
        var day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);
        keys.ForgetBefore(day);
        await EachProgramAsync((connection, programId) => ExecuteAsync(connection, SaltsSql, new { programId, day }, ct), ct);
    }

    public async Task RunAsync(CancellationToken ct)
    {
        await partitions.DropAsync(TimeSpan.FromDays(settings.ClickDays), ct);
        await EachProgramAsync((connection, programId) => ForgetAsync(connection, programId, ct), ct);
        hasRun = true;
    }

    private async Task ForgetAsync(NpgsqlConnection connection, long programId, CancellationToken ct)
    {
        await BlankAsync(connection, programId, ct);
        await RepeatAsync(connection, InvalidSql, new { programId, from = IdDaysAgo(hasRun ? settings.InvalidDays + RepeatedDays : settings.ClickDays), before = IdDaysAgo(settings.InvalidDays), most = BatchSize }, ct);
        await RepeatAsync(connection, AgentsSql, new { programId, day = DayAgo(settings.InvalidDays), most = BatchSize }, ct);
        await RepeatAsync(connection, MarksSql, new { programId, day = DayAgo(settings.MarkDays), most = BatchSize }, ct);
        await ExecuteAsync(connection, HoursSql, new { programId, instant = DaysAgo(settings.HourDays) }, ct);
        await ExecuteAsync(connection, LinkHoursSql, new { programId, instant = DaysAgo(settings.HourDays) }, ct);
        await ExecuteAsync(connection, LandingsSql, new { programId, before = IdDaysAgo(settings.ClickDays) }, ct);
    }

    /// <summary>A day of clicks at a time: all that are due when the node has started, then those that became due of late.</summary>
    private async Task BlankAsync(NpgsqlConnection connection, long programId, CancellationToken ct)
    {
        for (var day = hasRun ? settings.DetailDays + RepeatedDays : settings.ClickDays; day > settings.DetailDays; day--)
            await ExecuteAsync(connection, BlankSql, new { programId, from = IdDaysAgo(day), before = IdDaysAgo(day - 1) }, ct);
    }

    private async Task EachProgramAsync(Func<NpgsqlConnection, long, Task> work, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        foreach (var programId in await connection.QueryAsync<long>(new CommandDefinition(ProgramsSql, cancellationToken: ct)))
            await work(connection, programId);
    }

    private static async Task RepeatAsync(NpgsqlConnection connection, string sql, object arguments, CancellationToken ct)
    {
        while (await ExecuteAsync(connection, sql, arguments, ct) == BatchSize)
        {
            // The next batch.
        }
    }

    private static Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, object arguments, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: ct));

    private DateTimeOffset DaysAgo(int days) => clock.GetUtcNow().AddDays(-days);

    private DateOnly DayAgo(int days) => DateOnly.FromDateTime(DaysAgo(days).UtcDateTime);

    private Guid IdDaysAgo(int days) => ClickId.FirstAt(DaysAgo(days)).Value;
}

using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Clicks;
using Tributary.Clicks.Intake;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Clicks;

/// <summary>A node's intake on a database, with a programme of its own and clicks to record.</summary>
internal sealed class ClickStand : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    private static long s_lastProgram = 900_000;

    private readonly CancellationTokenSource ending = new();
    private readonly Database database;
    private readonly Task running;

    private ClickStand(Database database, ClickIntake intake, string folder, long programId)
    {
        this.database = database;
        Intake = intake;
        Folder = folder;
        ProgramId = programId;
        running = intake.RunAsync(ending.Token);
    }

    public ClickIntake Intake { get; }

    public string Folder { get; }

    public long ProgramId { get; }

    public static ClickStand Open(Database database, string? folder = null, long? programId = null, Func<ClickIntakeSettings, ClickIntakeSettings>? change = null)
    {
        folder ??= TestFolders.Create("tributary-spool-");
        // Tests run beside others: what waits only for its turn is not late.
        var settings = new ClickIntakeSettings { SpoolFolder = folder, Patience = TimeSpan.FromSeconds(10), ShipEvery = TimeSpan.FromMilliseconds(50) };
        var intake = new ClickIntake(database, change?.Invoke(settings) ?? settings, new HandClock(Noon), NullLogger<ClickIntake>.Instance);
        return new ClickStand(database, intake, folder, programId ?? Interlocked.Increment(ref s_lastProgram));
    }

    /// <summary>A valid click of a browser that brought its id, or of one without a cookie that is given one.</summary>
    public Click Click(
        double second = 0, Guid? brought = null, Guid? key = null, long link = 1, Verdict verdict = Verdict.Valid, int duplicateSeconds = 10)
    {
        var at = Noon.AddSeconds(second);
        return new Click
        {
            Id = ClickId.New(at),
            ProgramId = ProgramId,
            LinkId = link,
            ReferrerId = 7,
            CountedIn = CountedIn.Of(at, TimeZoneInfo.Utc),
            DuplicateSeconds = duplicateSeconds,
            Verdict = verdict,
            VisitorId = brought ?? NewVisitor(),
            VisitorKey = brought ?? key ?? NewVisitor(),
            VisitorFrom = brought is null ? VisitorSource.Given : VisitorSource.Brought,
            Agent = "Mozilla/5.0 test",
            AgentId = 77,
            Token = "JOHN",
        };
    }

    public static Guid NewVisitor() => ClickId.New(Noon).Value;

    public async Task<ClickFate[]> RecordAsync(params Click[] clicks) => 
        await Task.WhenAll(clicks.Select(Intake.RecordAsync)).WaitAsync(TimeSpan.FromSeconds(30));

    public async Task<(long Requests, long Valid, long Unique, long Duplicate)> CountsAsync()
    {
        await using var connection = await database.OpenAsync(default);
        return await connection.QuerySingleAsync<(long, long, long, long)>(
            """
            select coalesce(sum(requests), 0)::bigint, coalesce(sum(valid), 0)::bigint, coalesce(sum(unique_clicks), 0)::bigint, coalesce(sum(duplicate), 0)::bigint
            from link_days where program_id = @ProgramId
            """,
            new { ProgramId });
    }

    public async Task<IReadOnlyList<(Guid Id, string Verdict, Guid? StandsFor, int Flags)>> RowsAsync()
    {
        await using var connection = await database.OpenAsync(default);
        return (await connection.QueryAsync<(Guid, string, Guid?, int)>(
            "select click_id, verdict, stands_for, flags from clicks where program_id = @ProgramId order by click_id", new { ProgramId })).AsList();
    }

    /// <summary>Rows and both counters say the same (CL-70).</summary>
    public async Task ShouldAddUpAsync()
    {
        await using var connection = await database.OpenAsync(default);
        var differences = await connection.QueryAsync<string>(ClickSums.DifferencesSql, new { ProgramId });
        differences.ShouldBeEmpty();
    }

    public async Task UntilShippedAsync()
    {
        for (var attempt = 0; Intake.SpoolSize > 0; attempt++)
        {
            attempt.ShouldBeLessThan(600);
            await Task.Delay(25);
        }
    }

    /// <summary>Ends the node, the spool's folder stays.</summary>
    public async Task StopAsync()
    {
        if (ending.IsCancellationRequested)
            return;
        await ending.CancelAsync();
        await running;
        await Intake.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        ending.Dispose();
        TestFolders.Delete(Folder);
    }
}

using System.Diagnostics.Metrics;
using Tributary.Ledger;
using Tributary.Storage;

namespace Tributary.Server.Hosting;

/// <summary>The doctor's checks over every programme in which something moved lately: one node, once an hour, with an alarm.</summary>
internal sealed partial class SelfCheck : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly Doctor doctor;
    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly ILogger<SelfCheck> logger;
    private readonly Meter meter = new("Tributary");
    private long brokenPrograms;

    public SelfCheck(Doctor doctor, Database database, TimeProvider clock, ILogger<SelfCheck> logger)
    {
        (this.doctor, this.database, this.clock, this.logger) = (doctor, database, clock, logger);
        meter.CreateObservableGauge("tributary.self_check.broken_programs", () => Interlocked.Read(ref brokenPrograms));
    }

    /// <returns>Programmes whose invariants are broken.</returns>
    public async Task<IReadOnlyList<long>> RunAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var claim = await connection.BeginTransactionAsync(ct);
        var broken = new List<long>();
        // Twice the interval, so that nothing falls between two rounds.
        foreach (var program in await RecentlyMoved.ClaimAsync(connection, clock.GetUtcNow() - (2 * Interval), ct))
        {
            var report = await doctor.RunAsync(program, ct);
            if (report.IsHealthy)
                continue;
            broken.Add(program);
            Log.Broken(logger, program, report.ToString());
        }
        Interlocked.Exchange(ref brokenPrograms, broken.Count);
        return broken;
    }

    public void Dispose() => meter.Dispose();

    private static partial class Log
    {
        [LoggerMessage(42, LogLevel.Critical, "The invariants of programme {Program} are broken; stop payouts and call for help:\n{Report}")]
        public static partial void Broken(ILogger logger, long program, string report);
    }
}

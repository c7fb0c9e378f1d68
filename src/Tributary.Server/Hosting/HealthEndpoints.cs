using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Tributary.Clicks.Intake;
using Tributary.Server.Api;
using Tributary.Storage;

namespace Tributary.Server.Hosting;

/// <summary>Whether the process lives (<c>/healthz</c>) and whether it can serve (<c>/readyz</c>), for load balancers and people.</summary>
internal static class HealthEndpoints
{
    public const string AlivePath = "/healthz";
    public const string ReadyPath = "/readyz";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly HealthReport SpoolIsFull =
        new("spool_full", "The spool of clicks is full: clicks are lost until the database takes them again.", null);

    private static readonly HealthReport SpoolFails =
        new("spool_failing", "The disk does not take the clicks that the database does not take: they are lost.", null);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(AlivePath, Alive).ForAnyone().ExcludeFromDescription();
        routes.MapGet(ReadyPath, ReadyAsync).ForAnyone().ExcludeFromDescription();
    }

    private static JsonHttpResult<HealthReport> Alive() => Answer(200, new HealthReport("alive", null, null));

    private static async Task<JsonHttpResult<HealthReport>> ReadyAsync(
        Readiness readiness, Database database, ClickIntake clicks, HttpResponse response, CancellationToken ct)
    {
        HealthReport report = clicks.IsSpoolFull ? SpoolIsFull
            : clicks.IsSpoolFailing ? SpoolFails
            : await ReportAsync(readiness, database, ct);
        if (report.Status == "ready")
        {
            return Answer(200, report);
        }

        response.Headers.RetryAfter = "1";
        return Answer(503, report);
    }

    /// <summary>Whether requests can be served now, and why not.</summary>
    public static async Task<HealthReport> ReportAsync(Readiness readiness, Database database, CancellationToken ct)
        => readiness.IsReady
            ? await LookAsync(readiness, database, ct)
            : new HealthReport(readiness.Status, readiness.Reason, null);

    private static async Task<HealthReport> LookAsync(Readiness readiness, Database database, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(Patience);
        try
        {
            await using NpgsqlConnection connection = await database.OpenAsync(limited.Token);
            readiness.Unsafe = await DatabaseSafety.CheckAsync(connection, limited.Token);
            return new HealthReport("ready", null, [.. readiness.Unsafe.Select(UnsafeReport.Of)]);
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage) || (outage is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new HealthReport("unreachable", "The database cannot be reached or does not answer.", null);
        }
    }

    private static JsonHttpResult<HealthReport> Answer(int status, HealthReport report)
        => TypedResults.Json(report, HealthJson.Default.HealthReport, statusCode: status);
}

/// <param name="Status">alive; starting, ready, unreachable, failed.</param>
/// <param name="Reason">Why not ready.</param>
/// <param name="Unsafe">Settings of the database that put promises at risk.</param>
internal sealed record HealthReport(string Status, string? Reason, IReadOnlyList<UnsafeReport>? Unsafe);

internal sealed record UnsafeReport(string Setting, string Value, string Consequence, bool PayoutsRefused)
{
    public static UnsafeReport Of(UnsafeSetting setting)
        => new(setting.Setting, setting.Value, setting.Consequence, setting.BlocksPayouts);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext;

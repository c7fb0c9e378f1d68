using Tributary.Server.Demo;
using Tributary.Server.Hosting;
using Tributary.Storage;

namespace Tributary.Server.Web.Start;

/// <summary>What the start page shows.</summary>
/// <param name="Status">As <c>/readyz</c> answers it: <c>starting</c>, <c>ready</c>, <c>unreachable</c> or <c>failed</c>.</param>
/// <param name="Unsafe">Settings of the database that put promises at risk, each as a sentence.</param>
/// <param name="DemoFile">Where the file for scripts lies; null: there is no demo programme.</param>
/// <param name="Steps">The tour; empty without a demo programme.</param>
/// <param name="ShortUrl">The demo partner's short link; null where there is none.</param>
/// <param name="Outcome">Of the step that was just run, where the browser runs no scripts.</param>
public sealed record StartFacts(
    string Status, string? Reason, IReadOnlyList<string> Unsafe, string BaseUrl, string? DemoFile, string Run, IReadOnlyList<TourStep> Steps,
    string? ShortUrl, TourOutcome? Outcome);

/// <summary>Gathers what the start page shows.</summary>
internal sealed class StartFactsReader(Tour tour, Readiness readiness, Database database, ServerOptions options)
{
    public async Task<StartFacts> ReadAsync(string baseUrl, string run, TourOutcome? outcome, CancellationToken ct)
    {
        var health = await HealthEndpoints.ReportAsync(readiness, database, ct);
        var demo = await tour.FindDemoAsync(ct);
        return new StartFacts(
            health.Status,
            health.Reason,
            [.. (health.Unsafe ?? []).Select(setting => $"{setting.Setting} = {setting.Value}: {setting.Consequence}.")],
            baseUrl,
            demo is null ? null : DemoFile.PathOf(options),
            run,
            demo is null ? [] : tour.Steps(demo, run),
            demo?.Partnero.ShortUrl,
            outcome);
    }
}

using System.Globalization;
using Tributary.Server.Api;
using Tributary.Server.Demo;
using Tributary.Server.Hosting;
using Tributary.Storage;

namespace Tributary.Server.Web.Start;

/// <summary>The start page and its tour.</summary>
internal static class StartEndpoints
{
    public static void MapStart(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", ShowAsync).ForAnyone().ExcludeFromDescription();
        routes.MapPost("/tour/{number:int}", RunAsync).ForAnyone().ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Tour tour, Readiness readiness, Database database, ServerOptions options, CancellationToken ct)
    {
        var demo = await tour.FindDemoAsync(ct);
        return await PageAsync(http, readiness, database, options, demo, Tour.NewRun(), null, ct);
    }

    private static async Task<IResult> RunAsync(
        int number, HttpContext http, Tour tour, Readiness readiness, Database database, ServerOptions options, CancellationToken ct)
    {
        if (!SameOrigin.Holds(http.Request))
            return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        if (tour.TooFast(http) is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }
        if (await tour.FindDemoAsync(ct) is not { } demo)
            return TypedResults.NotFound();
        var run = http.Request.HasFormContentType ? (string?)(await http.Request.ReadFormAsync(ct))["run"] : null;
        if (!Tour.IsRun(run) || TourStep.All(demo.Referrer, run!).FirstOrDefault(step => step.Number == number) is not { } step)
            return TypedResults.NotFound();
        var outcome = await tour.RunAsync(demo, step, BaseUrl(http.Request), ct);
        return http.Request.Headers["X-Tour"] == "fragment"
            ? Pages.Part<TourOutcomeView>(http, outcome)
            : await PageAsync(http, readiness, database, options, demo, run!, outcome, ct);
    }

    private static async Task<IResult> PageAsync(
        HttpContext http,
        Readiness readiness,
        Database database,
        ServerOptions options,
        DemoFile? demo,
        string run,
        TourOutcome? outcome,
        CancellationToken ct)
    {
        var health = await HealthEndpoints.ReportAsync(readiness, database, ct);
        var facts = new StartFacts(
            health.Status,
            health.Reason,
            [.. (health.Unsafe ?? []).Select(setting => $"{setting.Setting} = {setting.Value}: {setting.Consequence}.")],
            BaseUrl(http.Request),
            demo is null ? null : DemoFile.PathOf(options),
            run,
            demo is null ? [] : TourStep.All(demo.Referrer, run),
            outcome);
        return Pages.Show<StartPage>(http, facts);
    }

    private static string BaseUrl(HttpRequest request) => $"{request.Scheme}://{request.Host}";
}

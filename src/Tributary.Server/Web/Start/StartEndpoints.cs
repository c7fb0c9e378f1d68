using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Server.Api;

namespace Tributary.Server.Web.Start;

/// <summary>The start page and its tour.</summary>
internal static class StartEndpoints
{
    public static void MapStart(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", ShowAsync).ForAnyone().ExcludeFromDescription();
        routes.MapPost("/tour/{number:int}", RunAsync).ForAnyone().ExcludeFromDescription();
    }

    private static async Task<RazorComponentResult<StartPage>> ShowAsync(HttpContext http, StartFactsReader facts, CancellationToken ct) =>
        Pages.Show<StartPage>(http, await facts.ReadAsync(BaseUrl(http.Request), Tour.NewRun(), null, ct));

    private static async Task<IResult> RunAsync(int number, HttpContext http, Tour tour, StartFactsReader facts, CancellationToken ct)
    {
        if (!SameOrigin.Holds(http.Request))
            return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        if (tour.TooFast(http) is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }
        var run = await RunOfAsync(http.Request, ct);
        if (run is null || await tour.FindDemoAsync(ct) is not { } demo || tour.Steps(demo, run).FirstOrDefault(step => step.Number == number) is not { } step)
            return TypedResults.NotFound();
        var outcome = await tour.RunAsync(demo, step, BaseUrl(http.Request), ct);
        return http.Request.Headers["X-Tour"] == "fragment"
            ? Pages.Part<TourOutcomeView>(http, outcome)
            : Pages.Show<StartPage>(http, await facts.ReadAsync(BaseUrl(http.Request), run, outcome, ct));
    }

    /// <summary>The run whose ids the step uses; null where the form names none.</summary>
    private static async Task<string?> RunOfAsync(HttpRequest request, CancellationToken ct)
    {
        var run = request.HasFormContentType ? (string?)(await request.ReadFormAsync(ct))["run"] : null;
        return Tour.IsRun(run) ? run : null;
    }

    private static string BaseUrl(HttpRequest request) => $"{request.Scheme}://{request.Host}";
}

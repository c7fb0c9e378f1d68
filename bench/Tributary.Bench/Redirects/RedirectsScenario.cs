using System.Globalization;
using System.Text;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tributary.Bench.Report;

namespace Tributary.Bench.Redirects;

/// <summary>
/// Redirects whose clicks are on disk before they are answered against a bare Kestrel that answers 302 and does nothing else,
/// in alternating rounds: on one link, and over many. At the end the clicks are counted.
/// </summary>
internal sealed class RedirectsScenario(BenchOptions options, BenchFolder folder, ServerProcess server, Uri bare)
{
    private const int Links = 100_000;
    private const int WarmUpSeconds = 10;

    private readonly StringBuilder table = new();

    public static async Task<string> RunAsync(BenchOptions options)
    {
        using var folder = await BenchFolder.CreateAsync(options, made => BenchLinks.FillAsync(made, Links));
        await using var bare = Bare();
        await bare.StartAsync();
        var environment = new Dictionary<string, string> { ["TRIBUTARY_SHORT_URL"] = $"http://{BenchLinks.Host}" };
        await using var server = await ServerProcess.StartAsync(folder, environment);
        return await new RedirectsScenario(options, folder, server, new Uri(bare.Urls.First())).MeasureAsync();
    }

    private async Task<string> MeasureAsync()
    {
        await using var connection = await folder.OpenAsync();
        var day = TimeProvider.System.GetUtcNow();
        table.AppendLine(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}, {Machine.Describe(connection.PostgreSqlVersion.ToString())}; {options.Rounds} rounds of {options.Seconds} s a side.\n");
        table.AppendLine("| clients | bare Kestrel 302, per second | one link | ratio | 100,000 links | ratio |");
        table.AppendLine("|---:|---:|---:|---:|---:|---:|");
        await Wrk.RunAsync(folder, Address, Links, options.Clients.Max(), WarmUpSeconds);
        await Wrk.RunAsync(folder, bare, 1, options.Clients.Max(), WarmUpSeconds / 2);
        foreach (var clients in options.Clients)
            await MeasureAsync(clients);
        var (rows, counted) = await connection.QuerySingleAsync<(long, long)>(
            "select (select count(*) from clicks), (select coalesce(sum(requests), 0)::bigint from link_days)");
        table.AppendLine(CultureInfo.InvariantCulture, $"\nMedians of the rounds. {rows} clicks were written and {counted} counted.");
        return table.ToString();
    }

    private Uri Address => new($"http://{server.Endpoint}");

    private async Task MeasureAsync(int clients)
    {
        var rounds = new List<(double Bare, double Hot, double Spread)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            rounds.Add((
                await Wrk.RunAsync(folder, bare, 1, clients, options.Seconds),
                await Wrk.RunAsync(folder, Address, 1, clients, options.Seconds),
                await Wrk.RunAsync(folder, Address, Links, clients, options.Seconds)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clients} clients: bare {rounds[^1].Bare:0}, one link {rounds[^1].Hot:0}, many {rounds[^1].Spread:0}"));
        }
        var (idle, hot, spread) = (Median(rounds.Select(r => r.Bare)), Median(rounds.Select(r => r.Hot)), Median(rounds.Select(r => r.Spread)));
        table.AppendLine(CultureInfo.InvariantCulture, $"| {clients} | {idle:0} | {hot:0} | {hot / idle:0.00} × | {spread:0} | {spread / idle:0.00} × |");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static WebApplication Bare()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = "https://shop.bench.example/?ref=PARTNER";
            return Task.CompletedTask;
        });
        return app;
    }
}

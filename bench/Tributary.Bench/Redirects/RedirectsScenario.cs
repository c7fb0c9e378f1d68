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
/// and, where it is installed, nginx that does the same, in alternating rounds: on one link, and over many. At the end the clicks
/// are counted. Every link has been visited once before, so that the server knows it.
/// </summary>
internal sealed class RedirectsScenario(BenchOptions options, BenchFolder folder, ServerProcess server, Uri bare, Uri? nginx)
{
    private const int WarmUpSeconds = 10;

    private readonly StringBuilder table = new();

    public static async Task<string> RunAsync(BenchOptions options)
    {
        using var folder = await BenchFolder.CreateAsync(options, made => BenchLinks.FillAsync(made, options.Links));
        await using var bare = Bare();
        await bare.StartAsync();
        await using var nginx = await Nginx.StartAsync(folder);
        if (nginx is null)
            Console.WriteLine("nginx is not installed (Debian: apt-get install nginx-light); its side is left out.");
        await using var server = await ServerProcess.StartAsync(folder, BenchLinks.Environment);
        return await new RedirectsScenario(options, folder, server, new Uri(bare.Urls.First()), nginx?.Address).MeasureAsync();
    }

    private async Task<string> MeasureAsync()
    {
        await using var connection = await folder.OpenAsync();
        var day = TimeProvider.System.GetUtcNow();
        table.AppendLine(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}, {Machine.Describe(connection.PostgreSqlVersion.ToString())}; {options.Rounds} rounds of {options.Seconds} s a side.\n");
        table.AppendLine(CultureInfo.InvariantCulture, $"| clients | nginx `return 302`, per second | bare Kestrel 302 | one link | 99 % under | ratio to Kestrel | {options.Links:#,0} links | 99 % under | ratio to Kestrel |");
        table.AppendLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        await Wrk.VisitAllAsync(folder, Address, options.Links, options.Clients.Max(), WarmUp);
        await Wrk.RunAsync(folder, bare, 1, options.Clients.Max(), WarmUp);
        foreach (var clients in options.Clients)
            await MeasureAsync(clients);
        var (rows, counted, valid, duplicates) = await connection.QuerySingleAsync<(long, long, long, long)>(
            """
            select (select count(*) from clicks), coalesce(sum(requests), 0)::bigint, coalesce(sum(valid), 0)::bigint, coalesce(sum(duplicate), 0)::bigint
            from link_days
            """,
            commandTimeout: 600);
        table.AppendLine(CultureInfo.InvariantCulture, $"\nMedians of the rounds. {rows} clicks were written and {counted} counted, {valid} of them valid and {duplicates} repeating another.");
        if (nginx is null)
            table.AppendLine("nginx was not installed.");
        return table.ToString();
    }

    private int WarmUp => Math.Min(WarmUpSeconds, options.Seconds);

    private Uri Address => new($"http://{server.Endpoint}");

    private async Task MeasureAsync(int clients)
    {
        var rounds = new List<Round>();
        for (var round = 0; round < options.Rounds; round++)
        {
            rounds.Add(new Round(
                nginx is null ? 0 : (await Wrk.RunAsync(folder, nginx, 1, clients, options.Seconds)).PerSecond,
                (await Wrk.RunAsync(folder, bare, 1, clients, options.Seconds)).PerSecond,
                await MeasureAsync(1, clients),
                await MeasureAsync(options.Links, clients)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clients} clients: {rounds[^1]}"));
        }
        var idle = Median(rounds.Select(round => round.Bare));
        var nginxs = nginx is null ? "–" : Median(rounds.Select(round => round.Nginx)).ToString("0", CultureInfo.InvariantCulture);
        table.AppendLine(CultureInfo.InvariantCulture, $"| {clients} | {nginxs} | {idle:0} | {Columns(rounds.ConvertAll(round => round.Hot), idle)} | {Columns(rounds.ConvertAll(round => round.Spread), idle)} |");
    }

    /// <summary>A round of Tributary's, and what each click of it cost the processors.</summary>
    private async Task<Side> MeasureAsync(int links, int clients)
    {
        await using var connection = await folder.OpenAsync();
        if (options.Statements)
            await StatementTimes.ResetAsync(connection);
        var before = (Postgres: ProcessorTime.OfPostgres(folder.Cluster), Server: server.ProcessorTime);
        var result = await Wrk.RunAsync(folder, Address, links, clients, options.Seconds);
        var after = (Postgres: ProcessorTime.OfPostgres(folder.Cluster), Server: server.ProcessorTime);
        if (options.Statements)
            await StatementTimes.PrintAsync(connection, $"{links} links", result.Answered);
        return new Side(
            result.PerSecond,
            result.P99,
            (after.Postgres - before.Postgres) * 1e6 / result.Answered,
            (after.Server - before.Server).TotalMicroseconds / result.Answered);
    }

    private static string Columns(List<Side> rounds, double idle)
    {
        var rate = Median(rounds.Select(round => round.PerSecond));
        return string.Create(CultureInfo.InvariantCulture, $"{rate:0} | {Median(rounds.Select(round => round.P99)):0.0} ms | {rate / idle:0.00} ×");
    }

    /// <summary>Redirects a second of each side: one link, and many.</summary>
    private sealed record Round(double Nginx, double Bare, Side Hot, Side Spread);

    /// <param name="P99">Milliseconds.</param>
    /// <param name="PostgresCost">Microseconds of processor time per click; the server's likewise.</param>
    private sealed record Side(double PerSecond, double P99, double PostgresCost, double ServerCost);

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

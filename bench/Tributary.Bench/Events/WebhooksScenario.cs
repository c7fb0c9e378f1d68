using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tributary.Bench.Report;

namespace Tributary.Bench.Events;

/// <summary>A backlog of events sent to one endpoint that answers at once, each message signed and written to the log.</summary>
internal static class WebhooksScenario
{
    private const int Events = 20_000;

    public static async Task<string> RunAsync(BenchOptions options)
    {
        var rows = new StringBuilder();
        var machine = "";
        foreach (int concurrency in (int[])[1, 8])
        {
            var rates = new List<double>();
            for (int round = 0; round < options.Rounds; round++)
            {
                var (rate, about) = await MeasureAsync(options, concurrency);
                rates.Add(rate);
                machine = about;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{concurrency} at once: {rate:0} messages a second"));
            }
            rates.Sort();
            rows.Append(CultureInfo.InvariantCulture, $"| {concurrency} | {rates[rates.Count / 2]:0} |\n");
        }
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {machine}; {Events} events, {options.Rounds} rounds.\n\n| messages on their way at once | messages, per second |\n|---:|---:|\n{rows}");
    }

    private static async Task<(double PerSecond, string Machine)> MeasureAsync(BenchOptions options, int concurrency)
    {
        int received = 0;
        long first = 0;
        var all = new TaskCompletionSource<long>();
        await using var receiver = await ReceiveAsync(() =>
        {
            int count = Interlocked.Increment(ref received);
            if (count == 1)
                first = Stopwatch.GetTimestamp();
            if (count == Events)
                all.TrySetResult(Stopwatch.GetTimestamp());
        });
        EventShop? shop = null;
        using var folder = await BenchFolder.CreateAsync(options, async made => shop = await EventShop.OpenAsync(made, receiver.Urls.First() + "/", concurrency));
        await using var server = await ServerProcess.StartAsync(folder, EventShop.Environment);
        await using var connection = await folder.OpenAsync();
        await shop!.RaiseAsync(folder, Events);
        long last = await all.Task;
        return ((Events - 1) / Stopwatch.GetElapsedTime(first, last).TotalSeconds, Machine.Describe(connection.PostgreSqlVersion.ToString()));
    }

    private static async Task<WebApplication> ReceiveAsync(Action note)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(http =>
        {
            note();
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return app;
    }
}

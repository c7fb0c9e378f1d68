using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Tributary.Bench.Report;

namespace Tributary.Bench.Events;

/// <summary>How long after the answer to a call, which follows the commit, a subscriber of the stream has the event.</summary>
internal static class StreamScenario
{
    private const int Events = 500;
    private const int WarmUps = 50;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    public static async Task<string> RunAsync(BenchOptions options)
    {
        EventShop? shop = null;
        using var folder = await BenchFolder.CreateAsync(options, async made => shop = await EventShop.OpenAsync(made, null, 1));
        await using var server = await ServerProcess.StartAsync(folder, EventShop.Environment);
        await using var connection = await folder.OpenAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://{server.Endpoint}"), Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", shop!.Secret);
        var times = await MeasureAsync(client);
        times.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Machine.Describe(connection.PostgreSqlVersion.ToString())}; {Events} events, {1 / Between.TotalSeconds:0} a second at most.

            | median | 99 % under |
            |---:|---:|
            | {times[times.Count / 2]:0.0} ms | {times[(int)(times.Count * 0.99)]:0.0} ms |
            """);
    }

    private static async Task<List<double>> MeasureAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/api/v1/stream?types=customer.created", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var times = new List<double>();
        for (int n = 0; n < WarmUps + Events; n++)
        {
            var told = NextAsync(reader);
            using var body = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await client.PutAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/customers/c{n}"), body);
            answer.EnsureSuccessStatusCode();
            long committed = Stopwatch.GetTimestamp();
            long at = await told;
            if (n >= WarmUps)
                times.Add(Math.Max(0, Stopwatch.GetElapsedTime(committed, at).TotalMilliseconds));
            await Task.Delay(Between);
        }
        return times;
    }

    /// <returns>When the next message had come.</returns>
    private static async Task<long> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            if (line.StartsWith("data:", StringComparison.Ordinal))
                return Stopwatch.GetTimestamp();
        throw new InvalidOperationException("The stream ended.");
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tributary.Bench.Redirects;

/// <summary>The load generator <c>wrk</c>, with a browser's headers. Half of its visitors come back with their cookie, half have none.</summary>
internal static partial class Wrk
{
    /// <summary>Each request is another visitor's, of 200,000 with a cookie and of any address without, so that few repeat a click.</summary>
    private const string Visitors = """
        math.randomseed(os.time())
        wrk.headers["Host"] = "go.bench.example"
        wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
        wrk.headers["Accept-Language"] = "en"
        wrk.headers["Sec-Fetch-Dest"] = "document"
        wrk.headers["Sec-Fetch-Mode"] = "navigate"
        local random, format = math.random, string.format
        local function visit(link)
          local visitor = random(1, 400000)
          wrk.headers["Cookie"] = visitor <= 200000 and format("trb_vid=%08x-2514-4a32-91e4-19e7c124ce4d", visitor) or nil
          wrk.headers["X-Forwarded-For"] = format("%d.%d.%d.%d", random(20, 99), random(0, 255), random(0, 255), random(1, 254))
          return wrk.format("GET", format("/b%07d", link))
        end

        """;

    /// <param name="links">Among how many links each request chooses.</param>
    public static async Task<WrkResult> RunAsync(BenchFolder folder, Uri server, int links, int clients, int seconds)
    {
        var output = await RunAsync(folder, server, $"request = function() return visit(random(1, {Text(links)})) end", clients, seconds);
        var slowest = Slowest().Match(output);
        return new WrkResult((int)Number(Answered(), output), Number(Rate(), output), Milliseconds(slowest.Groups[1].Value, slowest.Groups[2].Value));
    }

    /// <summary>Visits every link at least once, in rounds of <paramref name="seconds"/>.</summary>
    /// <param name="onRound">Told how many have been visited.</param>
    public static async Task VisitAllAsync(BenchFolder folder, Uri server, int links, int clients, int seconds, Action<int>? onRound = null)
    {
        for (var visited = 0; visited < links;)
        {
            // What was under way when a round ended may not have arrived.
            var first = Math.Max(1, visited + 1 - clients);
            var walk = $"local at = {Text(first - 1)}\nrequest = function() at = at % {Text(links)} + 1; return visit(at) end";
            var reached = first - 1 + (int)Number(Answered(), await RunAsync(folder, server, walk, clients, seconds));
            if (reached <= visited)
                throw new InvalidOperationException("Hardly a link was visited in that time; --seconds makes rounds longer.");
            visited = reached;
            onRound?.Invoke(Math.Min(visited, links));
        }
    }

    private static async Task<string> RunAsync(BenchFolder folder, Uri server, string request, int clients, int seconds)
    {
        var script = Path.Combine(folder.Path, "load.lua");
        await File.WriteAllTextAsync(script, Visitors + request + "\n");
        var start = new ProcessStartInfo("wrk", ["-t", "1", "-c", Text(clients), "-d", Text(seconds) + "s", "--latency", "-s", script, server.AbsoluteUri]) { RedirectStandardOutput = true };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return Refused().IsMatch(output) ? throw new InvalidOperationException(output) : output;
    }

    private static double Number(Regex pattern, string output) => double.Parse(pattern.Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    private static double Milliseconds(string number, string unit) =>
        double.Parse(number, CultureInfo.InvariantCulture) * (unit switch { "us" => 0.001, "ms" => 1, _ => 1000 });

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"99%\s+([0-9.]+)(us|ms|s)")]
    private static partial Regex Slowest();

    [GeneratedRegex(@"([0-9]+) requests in")]
    private static partial Regex Answered();

    [GeneratedRegex("Non-2xx or 3xx responses|Socket errors")]
    private static partial Regex Refused();
}

/// <param name="Answered">Requests in all.</param>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="P99">Milliseconds under which 99 % of them were answered.</param>
internal sealed record WrkResult(int Answered, double PerSecond, double P99);

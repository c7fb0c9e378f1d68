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
    /// <returns>Redirects a second.</returns>
    public static async Task<double> RunAsync(BenchFolder folder, Uri server, int links, int clients, int seconds) =>
        Number(Rate(), await RunAsync(folder, server, $"request = function() return visit(random(1, {Text(links)})) end", clients, seconds));

    /// <summary>Visits links one after the other.</summary>
    /// <returns>How many requests were answered.</returns>
    public static async Task<int> WalkAsync(BenchFolder folder, Uri server, int first, int links, int clients, int seconds)
    {
        var walk = $"local at = {Text(first - 1)}\nrequest = function() at = at % {Text(links)} + 1; return visit(at) end";
        return (int)Number(Answered(), await RunAsync(folder, server, walk, clients, seconds));
    }

    private static async Task<string> RunAsync(BenchFolder folder, Uri server, string request, int clients, int seconds)
    {
        var script = Path.Combine(folder.Path, "load.lua");
        await File.WriteAllTextAsync(script, Visitors + request + "\n");
        var start = new ProcessStartInfo("wrk", ["-t", "1", "-c", Text(clients), "-d", Text(seconds) + "s", "-s", script, server.AbsoluteUri]) { RedirectStandardOutput = true };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return Refused().IsMatch(output) ? throw new InvalidOperationException(output) : output;
    }

    private static double Number(Regex pattern, string output) => double.Parse(pattern.Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"([0-9]+) requests in")]
    private static partial Regex Answered();

    [GeneratedRegex("Non-2xx or 3xx responses|Socket errors")]
    private static partial Regex Refused();
}

using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tributary.Bench.Redirects;

/// <summary>The load generator <c>wrk</c>, with a browser's headers.</summary>
internal static partial class Wrk
{
    private const string Headers = """
        wrk.headers["Host"] = "go.bench.example"
        wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
        wrk.headers["Accept-Language"] = "en"
        wrk.headers["Sec-Fetch-Dest"] = "document"
        wrk.headers["Sec-Fetch-Mode"] = "navigate"
        wrk.headers["Cookie"] = "trb_vid=823c7551-2514-4a32-91e4-19e7c124ce4d"
        """;

    /// <param name="links">Among how many links each request chooses.</param>
    /// <returns>Redirects a second.</returns>
    public static async Task<double> RunAsync(BenchFolder folder, Uri server, int links, int clients, int seconds)
    {
        var script = Path.Combine(folder.Path, "load.lua");
        await File.WriteAllTextAsync(script, string.Create(
            CultureInfo.InvariantCulture,
            $"{Headers}\nrequest = function() return wrk.format(\"GET\", string.format(\"/b%07d\", math.random(1, {links}))) end\n"));
        var start = new ProcessStartInfo("wrk", ["-t", "1", "-c", Text(clients), "-d", Text(seconds) + "s", "-s", script, server.AbsoluteUri]) { RedirectStandardOutput = true };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return Refused().IsMatch(output)
            ? throw new InvalidOperationException(output)
            : double.Parse(Rate().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex("Non-2xx or 3xx responses|Socket errors")]
    private static partial Regex Refused();
}

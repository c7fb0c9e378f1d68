using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Tributary.Bench;

/// <param name="ProcessorSeconds">What pgbench itself took.</param>
internal sealed record PgBenchResult(double PerSecond, long Transactions, double ProcessorSeconds);

/// <summary>PostgreSQL's own load generator.</summary>
internal sealed partial class PgBench(string binaryFolder, string connectionString)
{
    /// <summary>Runs a script for some time.</summary>
    public async Task<PgBenchResult> RunAsync(string scriptPath, int clients, int seconds)
    {
        double before = ProcessorTime.OfEndedChildren();
        string output = await RunAsync(
            "-M", "prepared", "-f", scriptPath,
            "-c", Text(clients),
            "-j", Text(Math.Min(clients, Environment.ProcessorCount)),
            "-T", Text(seconds));
        return new PgBenchResult(
            double.Parse(Rate().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            long.Parse(Transactions().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            ProcessorTime.OfEndedChildren() - before);
    }

    /// <summary>Runs a script a number of times, one after the other.</summary>
    public Task RunTimesAsync(string scriptPath, int times) => RunAsync("-M", "prepared", "-f", scriptPath, "-t", Text(times));

    private async Task<string> RunAsync(params string[] arguments)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        using var process = Process.Start(new ProcessStartInfo(
            Path.Combine(binaryFolder, "pgbench"),
            ["-n", "-h", target.Host!, "-U", target.Username!, .. arguments, target.Database!])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 && !output.Contains("aborted", StringComparison.Ordinal)
            ? output
            : throw new InvalidOperationException($"pgbench failed: {await errors}{output}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^tps = ([0-9.]+)", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Rate();

    [GeneratedRegex(@"^number of transactions actually processed: ([0-9]+)", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Transactions();
}

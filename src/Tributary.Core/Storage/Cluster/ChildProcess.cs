using System.ComponentModel;
using System.Diagnostics;

namespace Tributary.Storage.Cluster;

/// <summary>Runs one command to its end and keeps what it printed.</summary>
internal static class ChildProcess
{
    internal sealed record Result(int ExitCode, string Output)
    {
        public bool Succeeded => ExitCode == 0;
    }

    /// <summary>Exit code 127 when there is no such program, as in a shell. Cancelling ends the command.</summary>
    public static async Task<Result> RunAsync(IReadOnlyList<string> command, CancellationToken ct)
    {
        using var process = new Process { StartInfo = Describe(command) };
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            return new Result(127, missing.Message);
        }

        process.StandardInput.Close();
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(ct);
            string output = await process.StandardOutput.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return new Result(process.ExitCode, output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static ProcessStartInfo Describe(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Another account may not be able to enter the present folder.
            WorkingDirectory = "/",
        };
        // PGHOST, PGDATA, PGOPTIONS … of the surrounding shell are about some other cluster.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        return start;
    }
}

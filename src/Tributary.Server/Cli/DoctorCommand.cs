using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tributary.Ledger;
using Tributary.Storage;

namespace Tributary.Server.Cli;

/// <summary><c>tributary doctor</c></summary>
internal static class DoctorCommand
{
    // A check adds up a whole table and may take minutes.
    private static readonly DatabaseSettings Patient = new() { MaxPoolSize = 2, CommandTimeoutSeconds = 0, ApplicationName = "tributary doctor" };

    public static Command Create()
    {
        var command = new Verb(
            "doctor",
            "Check the invariants of the data on a live database, one line each. Exit code 1 if one is broken.",
            """
            Works beside a running server and only reads. Run it after a restore, before an upgrade, and whenever in doubt.
            'ok' holds, 'note' is worth knowing and no fault of the data, 'BROKEN' is named with the rows it concerns.

              tributary doctor
            """);
        command.SetAction((parsed, ct) => CommandLine.GuardAsync(() => RunAsync(CommonOptions.Read(parsed), Console.Out, ct)));
        return command;
    }

    internal static async Task<int> RunAsync(ServerOptions options, TextWriter output, CancellationToken ct)
    {
        await using DatabaseHost host = await DatabaseHost.StartAsync(options, ct);
        await using var database = await host.OpenAsync(ct, Patient);
        DoctorReport report = await ExamineAsync(new Doctor(database), ct);
        foreach (DoctorLine line in report.Lines)
            await WriteAsync(output, line);
        int broken = report.Lines.Count(line => line.Verdict == DoctorVerdict.Broken);
        await output.WriteLineAsync(report.IsHealthy ? "Healthy." : string.Create(CultureInfo.InvariantCulture, $"Broken: {broken} of {report.Lines.Count}."));
        return report.IsHealthy ? 0 : 1;
    }

    /// <summary>Shows how far it is on the error output, so that the lines can be piped.</summary>
    private static async Task<DoctorReport> ExamineAsync(Doctor doctor, CancellationToken ct)
    {
        if (Console.IsErrorRedirected)
            return await doctor.RunAsync(null, ct);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().AutoClear(true).StartAsync(async progress =>
        {
            ProgressTask task = progress.AddTask("starting");
            return await doctor.RunAsync(new Shown(task), ct);
        });
    }

    private static async Task WriteAsync(TextWriter output, DoctorLine line)
    {
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{Word(line.Verdict),-7} {line.Check}: {line.Examined:N0} {line.Counted}"));
        foreach (string finding in line.Findings)
            await output.WriteLineAsync($"        {finding}");
    }

    private static string Word(DoctorVerdict verdict) => verdict switch
    {
        DoctorVerdict.Holds => "ok",
        DoctorVerdict.Noted => "note",
        DoctorVerdict.Broken => "BROKEN",
    };

    private sealed class Shown(ProgressTask task) : IProgress<DoctorProgress>
    {
        public void Report(DoctorProgress value)
        {
            task.Description = Markup.Escape(value.Now);
            task.MaxValue = Math.Max(1, value.Programs);
            task.Value = value.ProgramsDone;
        }
    }
}

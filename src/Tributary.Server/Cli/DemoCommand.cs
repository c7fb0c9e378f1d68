using System.CommandLine;

namespace Tributary.Server.Cli;

/// <summary><c>tributary demo</c></summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Verb(
            "demo",
            "Make the demo programme, or print what is in it.",
            """
            Needs no server: the private database is started for the moment, or the running server's is used.

              tributary demo
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

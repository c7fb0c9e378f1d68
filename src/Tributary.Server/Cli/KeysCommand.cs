using System.CommandLine;

namespace Tributary.Server.Cli;

/// <summary><c>tributary keys</c></summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var command = new Verb(
            "keys",
            "List, make, rotate and revoke the API keys of a programme.",
            """
            A new key is shown once.

              tributary keys
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

using System.CommandLine;
using Tributary.Server.Demo;
using Tributary.Storage;

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
            Needs no server: the private database is started for the moment, or the running server's is used. Run it again at
            any time: it changes nothing that is there, and makes new keys only where demo.json was lost.

              tributary demo
            """);
        command.SetAction((parsed, ct) => CommandLine.GuardAsync(() => RunAsync(CommonOptions.Read(parsed), Console.Out, ct)));
        return command;
    }

    internal static async Task<int> RunAsync(ServerOptions options, TextWriter output, CancellationToken ct)
    {
        await using DatabaseHost host = await DatabaseHost.StartAsync(options, ct);
        await using Database database = await host.OpenAsync(ct);
        await using ServiceProvider services = CommandServices.Create(options, database);
        DemoFile demo = await DemoProgram.EnsureAsync(services, ct);
        await DemoGuide.WriteAsync(output, demo, options);
        return 0;
    }
}

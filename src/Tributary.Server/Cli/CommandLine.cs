using System.CommandLine;
using System.CommandLine.Help;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Server.Cli;

/// <summary>The verbs of the executable.</summary>
internal static class CommandLine
{
    // Long enough for a command to stop the private PostgreSQL it started.
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(60);

    public static Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        ParseResult parsed = Root().Parse(arguments);
        bool serves = parsed.CommandResult.Command.Name == ServeCommand.Name;
        return parsed.InvokeAsync(new InvocationConfiguration
        {
            // The web host listens to SIGTERM itself and drains.
            ProcessTerminationTimeout = serves ? null : StopTime,
            EnableDefaultExceptionHandler = false,
        });
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("""
            Tributary says who referred whom, what is owed for it and why.

            Start a server with a demo programme:   tributary serve --demo
            Everything has a default; see 'tributary <command> --help' for what can be set.
            """);
        root.Add(CommonOptions.Data);
        root.Add(CommonOptions.Database);
        root.Add(ServeCommand.Create());
        root.Add(MigrateCommand.Create());
        root.Add(DemoCommand.Create());
        root.Add(KeysCommand.Create());
        root.Add(DoctorCommand.Create());
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new TeachingHelp((HelpAction)help.Action!);
        return root;
    }

    /// <summary>Runs a command's body; a failure whose message helps is printed as that message alone. Exit code 1.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> body)
    {
        try
        {
            return await body();
        }
        catch (Exception failure) when (failure is LocalPostgresException or MigratorException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
        }
        catch (NpgsqlException failure)
        {
            await Console.Error.WriteLineAsync($"The database: {failure.Message}");
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
        }

        return 1;
    }
}

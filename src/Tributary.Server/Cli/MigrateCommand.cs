using System.CommandLine;
using System.Globalization;
using Tributary.Storage;

namespace Tributary.Server.Cli;

/// <summary><c>tributary migrate</c></summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Verb(
            "migrate",
            "Bring the database to this release's schema and stop.",
            """
            'serve' does the same when it starts; this is for those who migrate with another role or at another time.
            It only goes forward, and refuses a schema newer than itself: back up before a new release.

              TRIBUTARY_DATABASE=postgres://owner@db/tributary tributary migrate
            """);
        command.SetAction((parsed, ct) => CommandLine.GuardAsync(() => RunAsync(CommonOptions.Read(parsed), ct)));
        return command;
    }

    private static async Task<int> RunAsync(ServerOptions options, CancellationToken ct)
    {
        await using DatabaseHost host = await DatabaseHost.StartAsync(options, ct);
        IReadOnlyList<Migration> applied = await Migrator.MigrateAsync(host.Connections, ct);
        foreach (Migration migration in applied)
        {
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"applied {migration.Number:0000} {migration.Name}"));
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"The schema is at step {Migration.Embedded.Count}."));
        return 0;
    }
}

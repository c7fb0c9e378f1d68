using System.CommandLine;
using Tributary.Server.Hosting;

namespace Tributary.Server.Cli;

/// <summary><c>tributary serve</c></summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    private static readonly Option<bool> Demo = new("--demo")
    {
        Description = "Make a demo programme with keys, customers and a campaign if it is missing; what a script needs is in <data>/demo.json",
    };

    private static readonly Option<string?> Urls = new("--urls")
    {
        Description = $"Where to listen, several separated by semicolons. Environment: TRIBUTARY_URLS. Default: {ServerOptions.DefaultUrls}",
        HelpName = "urls",
    };

    public static Command Create()
    {
        var command = new Verb(
            Name,
            "Start the server and, unless given a database, its private PostgreSQL.",
            """
            Runs until SIGTERM or Ctrl-C; then it finishes the requests it has and stops its PostgreSQL.

              tributary serve --demo
              tributary serve --urls http://0.0.0.0:8080 --database postgres://tributary@db/tributary

            GET /healthz answers at once; GET /readyz answers 200 when requests can be served, and why not before.
            The private PostgreSQL's programs are searched for; TRIBUTARY_POSTGRES_BIN names their folder instead.
            As root, PostgreSQL runs under the account 'postgres' or the one TRIBUTARY_POSTGRES_ACCOUNT names.
            """);
        command.Add(Demo);
        command.Add(Urls);
        command.SetAction((parsed, ct) => CommandLine.GuardAsync(() => RunAsync(Read(parsed), ct)));
        return command;
    }

    private static ServerOptions Read(ParseResult parsed)
    {
        ServerOptions options = CommonOptions.Read(parsed) with { Demo = parsed.GetValue(Demo) };
        return parsed.GetValue(Urls) is { Length: > 0 } urls ? options with { Urls = urls } : options;
    }

    private static async Task<int> RunAsync(ServerOptions options, CancellationToken ct)
    {
        await using WebApplication app = await ServerApp.BuildAsync(options, ct: ct);
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException taken)
        {
            await Console.Error.WriteLineAsync(
                $"Cannot listen at {options.Urls}: {taken.Message} Choose another address in TRIBUTARY_URLS, for example http://localhost:5081.");
            return 1;
        }

        await Console.Out.WriteLineAsync($"Tributary listens at {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync(ct);
        return app.Services.GetRequiredService<Readiness>().HasFailed ? 1 : 0;
    }
}

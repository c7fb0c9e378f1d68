using System.CommandLine;
using Tributary.Storage;

namespace Tributary.Server.Cli;

/// <summary>What every command takes: which data to work on.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> Data = new("--data")
    {
        Description = $"Folder of the server's data, with its private PostgreSQL. Environment: TRIBUTARY_DATA. Default: {ServerOptions.DefaultDataFolder}",
        HelpName = "folder",
        Recursive = true,
    };

    public static readonly Option<string?> Database = new("--database")
    {
        Description = "An existing PostgreSQL (15 or newer) instead of the private one: postgres://user:password@host/database, or 'Host=…;Database=…'. Environment: TRIBUTARY_DATABASE",
        HelpName = "address",
        Recursive = true,
    };

    /// <summary>The environment's settings with the command line's over them.</summary>
    public static ServerOptions Read(ParseResult parsed)
    {
        ServerOptions options = ServerOptions.FromEnvironment();
        if (parsed.GetValue(Data) is { Length: > 0 } folder)
        {
            options = options with { DataFolder = folder };
        }

        return parsed.GetValue(Database) is { Length: > 0 } address
            ? options with { Database = PostgresConnections.Single(address) }
            : options;
    }
}

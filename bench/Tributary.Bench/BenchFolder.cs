using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Bench;

/// <summary>A server's data folder of this run alone, with its private PostgreSQL, which the server itself starts and stops.</summary>
internal sealed class BenchFolder : IDisposable
{
    private BenchFolder(string path, PostgresConnections connections)
    {
        Path = path;
        Connections = connections;
    }

    public string Path { get; }

    public PostgresConnections Connections { get; }

    public string Cluster => System.IO.Path.Combine(Path, "postgres", "cluster");

    /// <summary>Makes the database and lets <paramref name="fill"/> put into it what a server is to find.</summary>
    public static async Task<BenchFolder> CreateAsync(BenchOptions options, Func<BenchFolder, Task> fill)
    {
        string path = TemporaryFolder();
        await using var postgres = await LocalPostgres.PrepareAsync(LocalPostgresSettings.FromEnvironment(path), CancellationToken.None);
        var folder = new BenchFolder(path, postgres.Connections);
        await postgres.StartAsync(NullLogger.Instance, CancellationToken.None);
        await Migrator.MigrateAsync(postgres.Connections, CancellationToken.None);
        await fill(folder);
        var own = options.PostgresParameters.Select(parameter => $"{parameter.Key} = '{parameter.Value}'\n");
        await File.AppendAllTextAsync(System.IO.Path.Combine(folder.Cluster, "postgresql.conf"), string.Concat(own));
        return folder;
    }

    /// <summary>A connection beside the running server's, as the owner.</summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Connections.Owner) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string TemporaryFolder()
    {
        string folder = Directory.CreateTempSubdirectory("tributary-bench-").FullName;
        // PostgreSQL's own account passes through when this runs as root.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return folder;
    }
}

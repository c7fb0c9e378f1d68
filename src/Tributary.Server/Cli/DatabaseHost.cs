using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Server.Cli;

/// <summary>
/// The database of a command that is no server: the given one, the private one of a server that is running (left
/// running), or the private one started for as long as the command takes.
/// </summary>
internal sealed class DatabaseHost : IAsyncDisposable
{
    private readonly LocalPostgres? _local;

    private DatabaseHost(PostgresConnections connections, LocalPostgres? local)
    {
        _local = local;
        Connections = connections;
    }

    public PostgresConnections Connections { get; }

    /// <summary>Reaches the database, whatever its schema.</summary>
    public static async Task<DatabaseHost> StartAsync(ServerOptions options, CancellationToken ct)
    {
        if (options.Database is { } given)
        {
            return new DatabaseHost(given, null);
        }

        LocalPostgresSettings settings = LocalPostgresSettings.FromEnvironment(options.DataFolder) with { JoinRunning = true };
        LocalPostgres local = await LocalPostgres.PrepareAsync(settings, ct);
        var host = new DatabaseHost(local.Connections, local);
        try
        {
            await local.StartAsync(NullLogger.Instance, ct);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Opens the database at this release's schema. A private database that no server uses is migrated on the way;
    /// any other is refused with <see cref="MigratorException"/> when its schema is another.
    /// </summary>
    /// <param name="settings">Null: the limits of a server.</param>
    public async Task<Database> OpenAsync(CancellationToken ct, DatabaseSettings? settings = null)
    {
        if (_local is { IsJoined: false })
        {
            await Migrator.MigrateAsync(Connections, ct);
        }

        var database = new Database(Connections.Server, settings);
        try
        {
            await using NpgsqlConnection connection = await database.OpenAsync(ct);
            await RequireSchemaAsync(connection, ct);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_local is not null)
        {
            await _local.DisposeAsync();
        }
    }

    private static async Task RequireSchemaAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        int version = await Migrator.VersionAsync(connection, ct);
        int wanted = Migration.Embedded.Count;
        if (version != wanted)
        {
            throw new MigratorException(
                $"The database's schema is at step {version}, this program needs {wanted}. Use the program of the running server's release, or run 'tributary migrate' first.");
        }
    }
}

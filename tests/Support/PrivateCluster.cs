using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Tests.Support;

/// <summary>A private cluster of one test, with every safety on, for tests that kill or starve it.</summary>
internal sealed class PrivateCluster : IAsyncDisposable
{
    private PrivateCluster(string folder, LocalPostgres postgres, ILogger logger)
    {
        Folder = folder;
        Postgres = postgres;
        Logger = logger;
        Database = new Database(postgres.Connections.Server);
    }

    public string Folder { get; }

    public LocalPostgres Postgres { get; private set; }

    /// <summary>With the server's rights.</summary>
    public Database Database { get; }

    private ILogger Logger { get; }

    public static LocalPostgresSettings Settings(string folder) => LocalPostgresSettings.FromEnvironment(folder) with
    {
        InitArguments = ["--no-sync"],
        Parameters = new Dictionary<string, string> { ["shared_buffers"] = "32MB" },
        WatchInterval = TimeSpan.FromMilliseconds(200),
    };

    public static string NewFolder() => TestFolders.Create(PostgresFixture.FolderPrefix);

    public static async Task<PrivateCluster> StartAsync(Func<LocalPostgresSettings, LocalPostgresSettings>? change = null, string? folder = null)
    {
        folder ??= NewFolder();
        LocalPostgresSettings settings = Settings(folder);
        LocalPostgres postgres = await LocalPostgres.PrepareAsync(change?.Invoke(settings) ?? settings, CancellationToken.None);
        await postgres.StartAsync(NullLogger.Instance, CancellationToken.None);
        return new PrivateCluster(folder, postgres, NullLogger.Instance);
    }

    /// <summary>Stops PostgreSQL and starts it again on the same folder.</summary>
    public async Task RestartAsync(LocalPostgresSettings? settings = null)
    {
        await Postgres.DisposeAsync();
        Postgres = await LocalPostgres.PrepareAsync(settings ?? Settings(Folder), CancellationToken.None);
        await Postgres.StartAsync(Logger, CancellationToken.None);
    }

    public async Task<NpgsqlConnection> OpenAsOwnerAsync()
    {
        NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(Postgres.Connections.Owner) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Postgres.DisposeAsync();
        TestFolders.Delete(Folder);
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tributary.Storage.Cluster;

namespace Tributary.Storage;

/// <summary>
/// A PostgreSQL of the server's own under its data folder, reached by Unix socket alone. It starts and stops with the
/// server, is restarted when it dies, and is taken over when it survived its server. One server per data folder.
/// </summary>
public sealed partial class LocalPostgres : IAsyncDisposable
{
    private readonly LocalPostgresSettings _settings;
    private readonly DataFolderLock? _lock;
    private readonly ClusterControl _control;
    private readonly CancellationTokenSource _stopping = new();
    private ILogger _logger = NullLogger.Instance;
    private int _disposed;
    private Task _watching = Task.CompletedTask;

    private LocalPostgres(LocalPostgresSettings settings, DataFolderLock? held, ClusterControl control)
    {
        _settings = settings;
        _lock = held;
        _control = control;
        Connections = ClusterRoles.Connections(control.SocketFolder);
    }

    /// <summary>How to reach the database; valid from the start, answered once <see cref="StartAsync"/> has returned.</summary>
    public PostgresConnections Connections { get; }

    /// <summary>True when another process serves this folder and this one only uses its PostgreSQL.</summary>
    public bool IsJoined => _lock is null;

    /// <summary>The folder with PostgreSQL's own files.</summary>
    public string ClusterFolder => _control.Folders.Cluster;

    /// <summary>
    /// Takes the data folder and decides where and as whom PostgreSQL runs, without starting it.
    /// Throws <see cref="LocalPostgresException"/> with a sentence that helps.
    /// </summary>
    public static async Task<LocalPostgres> PrepareAsync(LocalPostgresSettings settings, CancellationToken ct)
    {
        string dataFolder = ClusterFolders.CreateDataFolder(settings.DataFolder);
        DataFolderLock? held = DataFolderLock.TryTake(dataFolder);
        if (held is null && !settings.JoinRunning)
        {
            throw new LocalPostgresException(
                $"Another Tributary server is using the data folder {dataFolder}. Stop it first, or give this one a folder of its own in TRIBUTARY_DATA.");
        }

        try
        {
            ClusterControl control = await ClusterControl.FindAsync(settings, dataFolder, ct);
            return new LocalPostgres(settings, held, control);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Returns when PostgreSQL answers and has the database and both roles.</summary>
    public async Task StartAsync(ILogger logger, CancellationToken ct)
    {
        _logger = logger;
        if (IsJoined)
        {
            await ClusterRoles.WaitUntilAnsweringAsync(_control.SocketFolder, ct);
            return;
        }

        if (_control.Folders.Version() is null)
        {
            Log.Creating(_logger, _control.Folders.Cluster);
            await _control.InitializeAsync(_settings.InitArguments, ct);
        }

        await StartOrTakeOverAsync(ct);
        await ClusterRoles.EnsureAsync(_control.SocketFolder, ct);
        _watching = WatchAsync(_stopping.Token);
    }

    /// <summary>Stops PostgreSQL (also one that was taken over) after its present statements were broken off, and frees the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!IsJoined)
        {
            await _control.StopAsync();
            SocketPlace.Remove(_control.Folders, _control.SocketFolder);
        }

        _lock?.Dispose();
        _stopping.Dispose();
    }

    private async Task StartOrTakeOverAsync(CancellationToken ct)
    {
        await _control.WaitWhileStoppingAsync(ct);
        if (_control.Running() is { } survivor)
        {
            Log.TakenOver(_logger, survivor.ProcessId);
            await ClusterRoles.WaitUntilAnsweringAsync(_control.SocketFolder, ct);
            return;
        }

        await _control.StartAsync(_settings.Parameters, ct);
        Log.Started(_logger, _control.Folders.Cluster);
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(_settings.WatchInterval);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            if (_control.Running() is null)
            {
                await RestartAsync(stopping);
            }
        }
    }

    private async Task RestartAsync(CancellationToken stopping)
    {
        Log.Died(_logger);
        try
        {
            await StartOrTakeOverAsync(stopping);
        }
        catch (Exception failure) when (failure is LocalPostgresException or NpgsqlException or IOException)
        {
            // The disk may be full or the old processes not gone yet: the next tick tries again.
            Log.RestartFailed(_logger, failure.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Creating a private PostgreSQL in {Folder}")]
        public static partial void Creating(ILogger logger, string folder);

        [LoggerMessage(2, LogLevel.Information, "Private PostgreSQL started in {Folder}")]
        public static partial void Started(ILogger logger, string folder);

        [LoggerMessage(3, LogLevel.Warning, "Took over the private PostgreSQL that outlived its server (process {ProcessId})")]
        public static partial void TakenOver(ILogger logger, int processId);

        [LoggerMessage(4, LogLevel.Error, "The private PostgreSQL is gone; starting it again")]
        public static partial void Died(ILogger logger);

        [LoggerMessage(5, LogLevel.Error, "The private PostgreSQL did not start: {Reason}")]
        public static partial void RestartFailed(ILogger logger, string reason);
    }
}

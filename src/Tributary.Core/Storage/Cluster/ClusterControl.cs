using System.Globalization;

namespace Tributary.Storage.Cluster;

/// <summary>Makes, starts and stops one cluster with PostgreSQL's own programs.</summary>
internal sealed class ClusterControl
{
    private static readonly TimeSpan LeftoverPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Recovery after a crash replays at most max_wal_size, which takes minutes at worst.
    private const string StartTimeoutSeconds = "600";
    private const string StopTimeoutSeconds = "60";

    private readonly PostgresBinaries _binaries;
    private readonly PostgresAccount _account;

    private ClusterControl(PostgresBinaries binaries, PostgresAccount account, ClusterFolders folders, string socketFolder)
    {
        _binaries = binaries;
        _account = account;
        Folders = folders;
        SocketFolder = socketFolder;
    }

    public ClusterFolders Folders { get; }

    public string SocketFolder { get; }

    public static async Task<ClusterControl> FindAsync(LocalPostgresSettings settings, string dataFolder, CancellationToken ct)
    {
        ClusterFolders? existing = ClusterFolders.Existing(dataFolder);
        PostgresBinaries binaries = await PostgresBinaries.FindAsync(settings.BinaryFolder, existing?.Version(), ct);
        PostgresAccount account = await PostgresAccount.ChooseAsync(existing?.Cluster, settings.Account, ct);
        ClusterFolders folders = existing ?? await ClusterFolders.CreateAsync(dataFolder, account, ct);
        // A PostgreSQL that outlived its server listens where that server told it to.
        string socketFolder = Postmaster.Read(folders.Cluster) is { } survivor && survivor.IsAlive()
            ? survivor.SocketFolder
            : await SocketPlace.CreateAsync(folders, account, ct);
        return new ClusterControl(binaries, account, folders, socketFolder);
    }

    /// <summary>The live main process of this cluster, null when there is none.</summary>
    public Postmaster? Running() => Postmaster.Read(Folders.Cluster) is { } postmaster && postmaster.IsAlive() ? postmaster : null;

    public async Task InitializeAsync(IReadOnlyList<string> furtherArguments, CancellationToken ct)
    {
        string[] characters = OperatingSystem.IsLinux() ? ["--lc-ctype=C.UTF-8"] : [];
        ChildProcess.Result result = await _account.RunAsync(
        [
            _binaries.InitDb,
            "--pgdata=" + Folders.Unfinished,
            "--username=" + ClusterRoles.Owner,
            // Bytewise order: the same on every machine and after every update of the C library.
            "--encoding=UTF8", "--locale=C", .. characters,
            "--auth-local=trust", "--auth-host=reject",
            "--data-checksums",
            .. furtherArguments,
        ], ct);
        if (!result.Succeeded)
        {
            throw new LocalPostgresException($"PostgreSQL's initdb failed in {Folders.Home}: {result.Output.Trim()}");
        }

        await File.AppendAllTextAsync(
            Path.Combine(Folders.Unfinished, "postgresql.conf"), "\ninclude_if_exists = '../tributary.conf'\n", ct);
        await Folders.AdoptAsync(ct);
    }

    /// <summary>Starts the cluster and returns when it accepts connections.</summary>
    public async Task StartAsync(IReadOnlyDictionary<string, string> parameters, CancellationToken ct)
    {
        string text = ClusterConfiguration.Text(SocketFolder, ClusterConfiguration.MachineMemoryBytes(), parameters);
        await File.WriteAllTextAsync(Folders.Configuration, text, ct);
        long begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            string? problem = await TryStartAsync(ct);
            if (problem is null)
            {
                return;
            }

            if (!IsLeftover(problem) || TimeProvider.System.GetElapsedTime(begun) > LeftoverPatience)
            {
                throw new LocalPostgresException($"The private PostgreSQL in {Folders.Cluster} did not start: {problem}");
            }

            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>
    /// Stops the cluster, if it runs, by its fast shutdown; by its immediate one if that takes too long, and at once while
    /// it restarts itself after a crash: then a fast shutdown never ends (seen with 15.18), and its log has all either way.
    /// </summary>
    public async Task StopAsync()
    {
        if (Running() is not { } running)
        {
            return;
        }

        bool recovering = !running.IsStopping && !await ClusterRoles.AnswersAsync(SocketFolder, CancellationToken.None);
        ChildProcess.Result result = await StopAsync(recovering ? "immediate" : "fast");
        if (!result.Succeeded && Running() is not null)
        {
            await StopAsync("immediate");
        }
    }

    public async Task WaitWhileStoppingAsync(CancellationToken ct)
    {
        while (Running() is { IsStopping: true })
        {
            await Task.Delay(Pause, ct);
        }
    }

    private Task<ChildProcess.Result> StopAsync(string mode) => _account.RunAsync(
        [_binaries.PgCtl, "stop", "-D", Folders.Cluster, "-m", mode, "-w", "-t", StopTimeoutSeconds, "-s"],
        CancellationToken.None);

    /// <summary>Null on success, else what went wrong.</summary>
    private async Task<string?> TryStartAsync(CancellationToken ct)
    {
        RemoveStaleFiles();
        ChildProcess.Result result = await _account.RunAsync(
            [_binaries.PgCtl, "start", "-D", Folders.Cluster, "-w", "-t", StartTimeoutSeconds, "-s", "-l", Folders.StartLog], ct);
        return result.Succeeded ? null : result.Output.Trim() + Environment.NewLine + LastLines();
    }

    private void RemoveStaleFiles()
    {
        File.Delete(Folders.StartLog);
        // PostgreSQL would refuse while any process has the id in this file, also one that is not PostgreSQL any more.
        if (Running() is null)
        {
            File.Delete(Postmaster.FilePath(Folders.Cluster));
        }
    }

    // Processes of a killed postmaster finish their statement before they notice.
    private static bool IsLeftover(string problem)
        => problem.Contains("shared memory block", StringComparison.Ordinal)
            || problem.Contains("lock file", StringComparison.Ordinal);

    private string LastLines()
    {
        IEnumerable<FileInfo> logs = new DirectoryInfo(Path.Combine(Folders.Cluster, "log"))
            is { Exists: true } folder ? folder.EnumerateFiles("*.log") : [];
        FileInfo? newest = logs.MaxBy(file => file.LastWriteTimeUtc);
        string[] files = newest is null ? [Folders.StartLog] : [Folders.StartLog, newest.FullName];
        return string.Join(Environment.NewLine, files.Where(File.Exists).SelectMany(file => File.ReadLines(file).TakeLast(8)));
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Storage.Cluster;

/// <summary>
/// Where the private cluster lies. <c>Home</c> belongs to the server's account; <c>Cluster</c> (PostgreSQL's own files)
/// and the socket's folder belong to the account that runs PostgreSQL, and only it may enter.
/// </summary>
internal sealed record ClusterFolders(string DataFolder, string Home)
{
    private const string NoteName = "postgres.location";

    // Where a cluster goes that its account could not reach below the data folder.
    private const string SharedParent = "/var/lib/tributary";

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersPass = Owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public string Cluster => Path.Combine(Home, "cluster");

    /// <summary>Where initdb works; renamed when it has succeeded, so that a killed first start leaves no half cluster.</summary>
    public string Unfinished => Path.Combine(Home, "cluster.unfinished");

    public string Configuration => Path.Combine(Home, "tributary.conf");

    public string StartLog => Path.Combine(Cluster, "start.log");

    public string SocketFolder => Path.Combine(Home, "socket");

    /// <summary>The major version that made the cluster, null when there is none yet.</summary>
    public int? Version()
    {
        string path = Path.Combine(Cluster, "PG_VERSION");
        try
        {
            return Directory.Exists(Cluster) ? int.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture) : null;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException or FormatException)
        {
            throw new LocalPostgresException(
                $"The cluster in {Cluster} cannot be read: {failure.Message} Start Tributary as the account that made it, or name another folder in TRIBUTARY_DATA.", failure);
        }
    }

    /// <summary>Makes the data folder: private, but for root one that PostgreSQL's account can pass through.</summary>
    public static string CreateDataFolder(string path)
    {
        string full = Path.GetFullPath(path);
        if (!Directory.Exists(full))
        {
            Directory.CreateDirectory(full);
            File.SetUnixFileMode(full, Environment.IsPrivilegedProcess ? OthersPass : Owner);
        }

        return full;
    }

    /// <summary>The folders of an existing cluster, or null when this data folder has none.</summary>
    public static ClusterFolders? Existing(string dataFolder)
    {
        string note = Path.Combine(dataFolder, NoteName);
        if (!File.Exists(note))
        {
            ClusterFolders inside = new(dataFolder, Path.Combine(dataFolder, "postgres"));
            return Directory.Exists(inside.Cluster) ? inside : null;
        }

        ClusterFolders elsewhere = new(dataFolder, File.ReadAllText(note).Trim());
        return Directory.Exists(elsewhere.Cluster)
            ? elsewhere
            : throw new LocalPostgresException(
                $"{note} says that the cluster of this data folder lies in {elsewhere.Home}, but it is not there. Restore it, or remove the note to begin with an empty database.");
    }

    /// <summary>The folders for a new cluster that the account can reach.</summary>
    public static async Task<ClusterFolders> CreateAsync(string dataFolder, PostgresAccount account, CancellationToken ct)
    {
        ClusterFolders inside = new(dataFolder, Path.Combine(dataFolder, "postgres"));
        await inside.PrepareUnfinishedAsync(account, ct);
        if (await account.CanWriteAsync(inside.Unfinished, ct))
        {
            return inside;
        }

        Directory.Delete(inside.Home, recursive: true);
        ClusterFolders elsewhere = new(dataFolder, Path.Combine(SharedParent, UniqueName(dataFolder)));
        CreatePassable(SharedParent);
        await elsewhere.PrepareUnfinishedAsync(account, ct);
        await File.WriteAllTextAsync(Path.Combine(elsewhere.Home, "data-folder"), dataFolder + "\n", ct);
        return elsewhere;
    }

    /// <summary>Makes the finished cluster the one this data folder has.</summary>
    public async Task AdoptAsync(CancellationToken ct)
    {
        Directory.Move(Unfinished, Cluster);
        if (Path.GetDirectoryName(Home) != DataFolder)
        {
            string note = Path.Combine(DataFolder, NoteName);
            await File.WriteAllTextAsync(note + ".new", Home + "\n", ct);
            File.Move(note + ".new", note, overwrite: true);
        }
    }

    private async Task PrepareUnfinishedAsync(PostgresAccount account, CancellationToken ct)
    {
        CreatePassable(Home);
        if (Directory.Exists(Unfinished))
        {
            Directory.Delete(Unfinished, recursive: true);
        }

        await account.CreateFolderAsync(Unfinished, ct);
    }

    private static void CreatePassable(string path)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, Environment.IsPrivilegedProcess ? OthersPass : Owner);
    }

    private static string UniqueName(string dataFolder)
    {
        // The random half: a data folder that was removed and made anew must not find the removed one's money.
        string path = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)).AsSpan(0, 6));
        return path + "-" + RandomNumberGenerator.GetHexString(8, lowercase: true);
    }
}

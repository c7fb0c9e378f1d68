using System.Text;

namespace Tributary.Storage.Cluster;

/// <summary>
/// The folder of the Unix socket: beside the cluster where that path fits into a socket's address, else a fresh
/// folder for temporary files. Either is made by us and closed to others, so nobody can put a socket there before.
/// </summary>
internal static class SocketPlace
{
    // sun_path holds 108 bytes on Linux and 104 on macOS, one of them the final zero.
    private const int LongestAddressBytes = 103;
    private const string SocketName = "/.s.PGSQL.5432";

    public static async Task<string> CreateAsync(ClusterFolders folders, PostgresAccount account, CancellationToken ct)
    {
        if (!Fits(folders.SocketFolder))
        {
            return await CreateTemporaryAsync(account, ct);
        }

        if (!Directory.Exists(folders.SocketFolder))
        {
            await account.CreateFolderAsync(folders.SocketFolder, ct);
        }

        return folders.SocketFolder;
    }

    /// <summary>Removes a folder made for this run; the one beside the cluster stays.</summary>
    public static void Remove(ClusterFolders folders, string socketFolder)
    {
        if (socketFolder != folders.SocketFolder && Directory.Exists(socketFolder))
        {
            Directory.Delete(socketFolder, recursive: true);
        }
    }

    /// <summary>A path Npgsql takes as one host (it splits at commas) and the kernel as one address.</summary>
    internal static bool Fits(string folder)
    {
        return Encoding.UTF8.GetByteCount(folder + SocketName) <= LongestAddressBytes
            && folder.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-' or '+' or '@');
    }

    private static async Task<string> CreateTemporaryAsync(PostgresAccount account, CancellationToken ct)
    {
        // The system picks a name that did not exist and closes the folder to others from its first moment.
        string path = Directory.CreateTempSubdirectory("tributary-pg-").FullName;
        if (!Fits(path))
        {
            Directory.Delete(path);
            throw new LocalPostgresException(
                $"Neither {path} nor the data folder's path is short and plain enough for a Unix socket. Use a shorter TRIBUTARY_DATA or TMPDIR.");
        }

        await account.TakeAsync(path, ct);
        return path;
    }
}

namespace Tributary.Storage.Cluster;

/// <summary>
/// One server per data folder. The lock is the kernel's (flock), so it ends with the process however that dies.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>The lock, or null when another process holds it.</summary>
    public static DataFolderLock? TryTake(string dataFolder)
    {
        string path = Path.Combine(dataFolder, "server.lock");
        try
        {
            return new DataFolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new LocalPostgresException(
                $"The data folder {dataFolder} belongs to another account. Start Tributary as that account, or name another folder in TRIBUTARY_DATA.", denied);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}

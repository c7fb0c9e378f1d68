using Tributary.Storage;

namespace Tributary.Tests.Support;

/// <summary>Folders of a test run below the system's folder for temporary files.</summary>
internal static class TestFolders
{
    /// <summary>A new folder that PostgreSQL's account can pass through when the tests run as root.</summary>
    public static string Create(string prefix)
    {
        string path = Directory.CreateTempSubdirectory(prefix).FullName;
        if (Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        return path;
    }

    public static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Stops and removes the clusters of runs that were killed: theirs are the folders nobody holds the lock of.</summary>
    public static async Task RemoveAbandonedAsync(string prefix)
    {
        foreach (string folder in Directory.EnumerateDirectories(Path.GetTempPath(), prefix + "*"))
        {
            try
            {
                await RemoveIfAbandonedAsync(folder);
            }
            catch (Exception failure) when (failure is LocalPostgresException or IOException or UnauthorizedAccessException)
            {
                // In use by another run, or another account's.
            }
        }
    }

    private static async Task RemoveIfAbandonedAsync(string folder)
    {
        bool fresh = Directory.GetLastWriteTimeUtc(folder) > DateTime.UtcNow.AddMinutes(-2);
        if (fresh || !Directory.Exists(Path.Combine(folder, "postgres", "cluster")))
        {
            return;
        }

        await using (await LocalPostgres.PrepareAsync(
            LocalPostgresSettings.FromEnvironment(folder), CancellationToken.None))
        {
            // Disposing stops what still runs.
        }

        Delete(folder);
    }
}

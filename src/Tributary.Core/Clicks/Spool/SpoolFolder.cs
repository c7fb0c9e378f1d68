using System.Globalization;
using System.Runtime.InteropServices;

namespace Tributary.Clicks.Spool;

/// <summary>
/// The folder of one node's segments, held by a lock as long as the node lives. Nodes that share a data folder take one each; what
/// a node left that no longer runs is taken over by the next.
/// </summary>
internal sealed class SpoolFolder : IDisposable
{
    public const string Extension = ".clicks";

    private const string LockName = "lock";

    private readonly FileStream held;
    private long lastNumber;

    private SpoolFolder(string path, FileStream held)
    {
        Path = path;
        this.held = held;
        lastNumber = Segments().Select(NumberOf).DefaultIfEmpty(0).Max();
    }

    public string Path { get; }

    /// <summary>Takes the first folder that nobody holds, and adds what abandoned ones hold.</summary>
    public static SpoolFolder Open(string root)
    {
        Directory.CreateDirectory(root);
        for (var number = 0; ; number++)
        {
            var path = System.IO.Path.Combine(root, number.ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(path);
            if (TryLock(path) is not { } held)
                continue;
            var folder = new SpoolFolder(path, held);
            folder.Adopt(root);
            Sync(path);
            Sync(root);
            return folder;
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<string> Segments() => [.. Directory.EnumerateFiles(Path, "*" + Extension).Order(StringComparer.Ordinal)];

    public string NextSegment() =>
        System.IO.Path.Combine(Path, (++lastNumber).ToString("D16", CultureInfo.InvariantCulture) + Extension);

    /// <summary>Makes names of new and removed files durable.</summary>
    public void Sync() => Sync(Path);

    public void Dispose() => held.Dispose();

    private void Adopt(string root)
    {
        foreach (var other in Directory.EnumerateDirectories(root).Where(other => other != Path).Order(StringComparer.Ordinal))
        {
            using var taken = TryLock(other);
            if (taken is null)
                continue;
            foreach (var segment in Directory.EnumerateFiles(other, "*" + Extension).Order(StringComparer.Ordinal))
                File.Move(segment, NextSegment());
            // The new names first: a power cut between the two leaves a segment twice, which ships once, rather than nowhere.
            Sync(Path);
            Sync(other);
        }
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long NumberOf(string segment) =>
        long.TryParse(System.IO.Path.GetFileNameWithoutExtension(segment), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static void Sync(string folder)
    {
        var descriptor = OpenFolder(folder, 0);
        if (descriptor < 0)
            throw new IOException($"The folder {folder} cannot be opened.");
        try
        {
            if (SyncFile(descriptor) != 0)
                throw new IOException($"The folder {folder} cannot be synchronised.");
        }
        finally
        {
            _ = CloseFile(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFolder([MarshalAs(UnmanagedType.LPStr)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFile(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseFile(int descriptor);
}

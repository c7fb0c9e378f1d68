using Microsoft.Win32.SafeHandles;

namespace Tributary.Clicks.Spool;

/// <summary>
/// Clicks on this node's disk that the database does not have yet, or may not have (CL-61). Appended to by one caller at a time;
/// whole segments are read and removed by another.
/// </summary>
internal sealed class ClickSpool : IDisposable
{
    private readonly SpoolFolder folder;
    private readonly int segmentSize;
    private readonly long limit;
    private readonly MemoryStream group = new();
    private readonly Lock changing = new();

    private SafeFileHandle? writing;
    private string? writingPath;
    private long written;
    private long sealedBytes;

    public ClickSpool(string root, int segmentSize, long limit)
    {
        folder = SpoolFolder.Open(root);
        this.segmentSize = segmentSize;
        this.limit = limit;
        sealedBytes = folder.Segments().Sum(segment => new FileInfo(segment).Length);
    }

    /// <summary>Bytes on disk.</summary>
    public long Size => Interlocked.Read(ref sealedBytes) + Interlocked.Read(ref written);

    public bool IsEmpty => Size == 0;

    /// <summary>No more is taken until something was shipped.</summary>
    public bool IsFull => Size >= limit;

    /// <summary>After it returned, the clicks are on disk. Throws <see cref="IOException"/>; then nothing of the group counts as kept.</summary>
    public void Append(IReadOnlyList<Click> clicks)
    {
        if (IsFull)
            throw new IOException("The spool is full.");
        group.SetLength(0);
        foreach (var click in clicks)
            ClickRecord.Append(group, click);
        lock (changing)
        {
            if (writing is not null && written >= segmentSize)
                Seal();
            writing ??= Begin();
            WriteGroup();
        }
    }

    /// <summary>Segments that are not written to any more, oldest first. What is being written is ended for it.</summary>
    public IReadOnlyList<string> TakeSegments()
    {
        lock (changing)
        {
            if (written > 0)
                Seal();
            return [.. folder.Segments().Where(segment => segment != writingPath)];
        }
    }

    /// <summary>All clicks of a segment up to its end or its torn tail.</summary>
    public static IReadOnlyList<Click> Read(string segment)
    {
        var bytes = File.ReadAllBytes(segment);
        var clicks = new List<Click>();
        var at = 0;
        while (ClickRecord.Read(bytes, ref at) is { } click)
            clicks.Add(click);
        return clicks;
    }

    /// <summary>After its clicks were committed.</summary>
    public void Remove(string segment)
    {
        var length = new FileInfo(segment).Length;
        File.Delete(segment);
        folder.Sync();
        Interlocked.Add(ref sealedBytes, -length);
    }

    public void Dispose()
    {
        lock (changing)
        {
            if (written == 0 && writingPath is { } empty)
            {
                writing?.Dispose();
                File.Delete(empty);
            }
            writing?.Dispose();
        }
        folder.Dispose();
        group.Dispose();
    }

    private void WriteGroup()
    {
        try
        {
            RandomAccess.Write(writing!, group.GetBuffer().AsSpan(0, (int)group.Length), written);
            RandomAccess.FlushToDisk(writing!);
            Interlocked.Add(ref written, group.Length);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Abandon();
            throw failure as IOException ?? new IOException(failure.Message, failure);
        }
    }

    /// <summary>A failed write or sync leaves unknown bytes behind: what came before them stays, and a new segment follows.</summary>
    private void Abandon()
    {
        try
        {
            RandomAccess.SetLength(writing!, written);
        }
        catch (IOException)
        {
            // Then the checksum ends the segment there.
        }
        Seal();
    }

    private SafeFileHandle Begin()
    {
        var path = folder.NextSegment();
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        try
        {
            folder.Sync();
        }
        catch (IOException)
        {
            // A name that may not last holds no clicks.
            handle.Dispose();
            File.Delete(path);
            throw;
        }
        writingPath = path;
        return handle;
    }

    private void Seal()
    {
        writing?.Dispose();
        writing = null;
        writingPath = null;
        Interlocked.Add(ref sealedBytes, Interlocked.Exchange(ref written, 0));
    }
}

namespace Tributary.Server.Tests.Robustness;

/// <summary>
/// What was sent and what was acknowledged, on disk before anything else happens, so that the test itself cannot
/// remember more or less than a client would.
/// </summary>
internal sealed class AcknowledgementLog : IDisposable
{
    private const string Sending = "> ";
    private const string Done = "< ";

    private readonly Lock writing = new();
    private readonly string path;
    private readonly StreamWriter writer;
    private readonly FileStream file;

    public AcknowledgementLog(string path)
    {
        this.path = path;
        file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        writer = new StreamWriter(file);
    }

    /// <summary>Before a request goes out.</summary>
    public void WriteSent(string id) => Append(Sending + id);

    /// <summary>After its success came back.</summary>
    public void WriteAcknowledged(string id) => Append(Done + id);

    public HashSet<string> Sent() => Read(Sending);

    public HashSet<string> Acknowledged() => Read(Done);

    public void Dispose() => writer.Dispose();

    private void Append(string line)
    {
        lock (writing)
        {
            writer.WriteLine(line);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }
    }

    private HashSet<string> Read(string prefix)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line[prefix.Length..])];
    }
}

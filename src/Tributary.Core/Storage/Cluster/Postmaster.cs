using System.Diagnostics;
using System.Globalization;

namespace Tributary.Storage.Cluster;

/// <summary>A cluster's main process, as its <c>postmaster.pid</c> describes it.</summary>
internal sealed record Postmaster(int ProcessId, string SocketFolder, string Status, string Cluster)
{
    /// <summary>What the file says, null when there is none or it is not whole.</summary>
    public static Postmaster? Read(string cluster)
    {
        try
        {
            // Process id, data folder, start time, port, socket folder, address, shared memory, status.
            string[] lines = File.ReadAllLines(FilePath(cluster));
            return lines.Length >= 5 && int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                ? new Postmaster(id, lines[4].Trim(), lines.Length > 7 ? lines[7].Trim() : "starting", cluster)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static string FilePath(string cluster) => Path.Combine(cluster, "postmaster.pid");

    public bool IsStopping => Status == "stopping";

    /// <summary>
    /// True while that very process serves this very cluster. Process ids come again, after a restart of a container
    /// soon, and a killed process whose parent does not collect it keeps its id: neither counts.
    /// </summary>
    public bool IsAlive() => OperatingSystem.IsLinux() ? IsAliveOnLinux() : IsAliveElsewhere();

    private bool IsAliveOnLinux()
    {
        string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{ProcessId}");
        try
        {
            string status = File.ReadAllText(process + "/stat");
            char state = status[status.LastIndexOf(')') + 2];
            return state is not ('Z' or 'X')
                && Directory.ResolveLinkTarget(process + "/cwd", returnFinalTarget: false)?.FullName == RealPath(Cluster);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool IsAliveElsewhere()
    {
        try
        {
            using Process process = Process.GetProcessById(ProcessId);
            return !process.HasExited && process.ProcessName.StartsWith("postgres", StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string RealPath(string path)
    {
        string? parent = Path.GetDirectoryName(path);
        if (parent is null)
        {
            return path;
        }

        string real = Path.Combine(RealPath(parent), Path.GetFileName(path));
        return Directory.ResolveLinkTarget(real, returnFinalTarget: true)?.FullName is { } target ? RealPath(target) : real;
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Tributary.Server.Tests.Robustness;

/// <summary>Processes of this machine and signals to them.</summary>
internal static class Processes
{
    /// <summary>PostgreSQL's main process and all that it has started.</summary>
    public static List<int> OfCluster(int main) =>
    [
        main,
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => name!.All(char.IsAsciiDigit))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(id => StatusOf(id, "PPid") == main),
    ];

    /// <summary>Of a frozen PostgreSQL nothing moves: all its processes are stopped.</summary>
    public static void Signal(string name, IReadOnlyList<int> processes)
    {
        using var kill = Process.Start("kill", [$"-{name}", .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        kill.WaitForExit();
    }

    /// <summary>A number of a process's status; null where the process has ended.</summary>
    public static int? StatusOf(int processId, string name)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(text => text.StartsWith(name + ":", StringComparison.Ordinal));
            return line is null ? null : int.Parse(line[(name.Length + 1)..].Trim(), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

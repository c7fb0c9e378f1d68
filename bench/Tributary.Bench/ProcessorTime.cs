using System.Globalization;

namespace Tributary.Bench;

/// <summary>Processor time as Linux counts it, which says more than throughput when the machine has other work too.</summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of a PostgreSQL so far: its main process, those it has now, and those that have ended.</summary>
    public static double OfPostgres(string clusterFolder)
    {
        int main = int.Parse(File.ReadLines(Path.Combine(clusterFolder, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        long ticks = 0;
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int process))
                continue;
            if (Read(folder) is { } stat && (process == main || stat.Parent == main))
                ticks += process == main ? stat.Own + stat.OfEnded : stat.Own;
        }
        return ticks / TicksPerSecond;
    }

    /// <summary>Seconds of the programs that this one has run to their end.</summary>
    public static double OfEndedChildren() => Read("/proc/self")!.Value.OfEnded / TicksPerSecond;

    private static (int Parent, long Own, long OfEnded)? Read(string folder)
    {
        try
        {
            string stat = File.ReadAllText(folder + "/stat");
            // pid (name) state parent … utime stime cutime cstime, which are the fields 14 to 17.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return ((int)Field(4), Field(14) + Field(15), Field(16) + Field(17));
        }
        catch (IOException)
        {
            return null;
        }
    }
}

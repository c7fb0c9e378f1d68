using System.Globalization;
using System.Runtime.InteropServices;

namespace Tributary.Bench.Report;

/// <summary>What the numbers were measured on.</summary>
internal static class Machine
{
    public static string Describe(string postgresVersion)
    {
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores ({Processor()}), {MemoryGigabytes()} GB, Linux {kernel}, {RuntimeInformation.FrameworkDescription}, PostgreSQL {postgresVersion}");
    }

    private static string Processor() => File.ReadLines("/proc/cpuinfo")
        .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault("unknown processor");

    private static long MemoryGigabytes() => (long)Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9);
}

using System.Globalization;

namespace Tributary.Tests.Support;

/// <summary>Time limits of promises hold on a machine that has the processors for it; other work stretches them.</summary>
internal static class MachineLoad
{
    /// <summary>The limit, times the number of runnable processes per processor where that is more than one.</summary>
    public static TimeSpan Stretch(TimeSpan limit) => limit * Math.Max(1.0, LoadPerProcessor());

    private static double LoadPerProcessor()
    {
        const string Source = "/proc/loadavg";
        return File.Exists(Source)
            ? double.Parse(File.ReadAllText(Source).Split(' ')[0], CultureInfo.InvariantCulture) / Environment.ProcessorCount
            : 1.0;
    }
}

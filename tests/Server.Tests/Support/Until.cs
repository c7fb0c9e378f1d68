using System.Diagnostics;

namespace Tributary.Server.Tests.Support;

/// <summary>Waits for what happens on its own time.</summary>
internal static class Until
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<Task<bool>> holds, TimeSpan? within = null)
    {
        var waited = Stopwatch.StartNew();
        while (!await holds())
        {
            waited.Elapsed.ShouldBeLessThan(within ?? Longest);
            await Task.Delay(20);
        }
    }

    public static Task TrueAsync(Func<bool> holds, TimeSpan? within = null) => TrueAsync(() => Task.FromResult(holds()), within);
}

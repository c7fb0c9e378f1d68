namespace Tributary.Storage;

/// <summary>Work on many rows in statements of a bounded number, so that none takes long, holds much, or begins anew when it is cut off.</summary>
internal static class InBatches
{
    public const int Size = 5_000;

    /// <summary>Repeats until there is less to do than a whole batch.</summary>
    /// <param name="step">Works on at most as many rows as it is told, and says on how many.</param>
    public static async Task RunAsync(Func<int, Task<int>> step)
    {
        while (await step(Size) >= Size)
        {
        }
    }
}

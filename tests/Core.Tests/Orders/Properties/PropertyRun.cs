using System.Globalization;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace Tributary.Core.Tests.Orders.Properties;

/// <summary>Runs a property that needs a database over drawn cases, prints the seed, and makes a failing history small.</summary>
internal static class PropertyRun
{
    private static readonly int Scale = IsLong("TRIBUTARY_LONG") || IsLong("TRIBUTARY_TEST_LONG") ? 10 : 1;

    /// <param name="fault">What is wrong with a case; null: nothing.</param>
    public static async Task EachAsync<T>(Gen<T[]> cases, int count, Func<IReadOnlyList<T>, Task<string?>> fault)
    {
        var seed = Seed();
        TestContext.Current.TestOutputHelper?.WriteLine($"TRIBUTARY_SEED={seed}");
        var drawn = cases.Sample(count * Scale, new Rnd(seed), count * Scale).Select((steps, n) => (steps, n));
        await Parallel.ForEachAsync(drawn, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (one, _) =>
        {
            if (await SafelyAsync(fault, one.steps) is { } found)
                Assert.Fail($"TRIBUTARY_SEED={seed}, case {one.n}:\n{await SmallestAsync(one.steps, found, fault)}");
        });
    }

    public static string Difference(string what, string expected, string actual)
    {
        var (left, right) = (expected.Split('\n'), actual.Split('\n'));
        return $"{what}:\n  expected {string.Join("\n  expected ", left.Except(right))}\n  actual   {string.Join("\n  actual   ", right.Except(left))}";
    }

    /// <summary>Takes out ever smaller pieces as long as it still fails.</summary>
    private static async Task<string> SmallestAsync<T>(IReadOnlyList<T> steps, string failure, Func<IReadOnlyList<T>, Task<string?>> fault)
    {
        for (var size = steps.Count / 2; size > 0; size /= 2)
        {
            for (var start = 0; start + size <= steps.Count;)
            {
                T[] less = [.. steps.Take(start), .. steps.Skip(start + size)];
                if (await SafelyAsync(fault, less) is { } still)
                    (steps, failure) = (less, still);
                else
                    start += size;
            }
        }
        return failure;
    }

    private static async Task<string?> SafelyAsync<T>(Func<IReadOnlyList<T>, Task<string?>> fault, IReadOnlyList<T> steps)
    {
        try
        {
            return await fault(steps);
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            return broken.ToString();
        }
    }

    private static bool IsLong(string name) => Environment.GetEnvironmentVariable(name) == "1";

    private static ulong Seed() => Environment.GetEnvironmentVariable("TRIBUTARY_SEED") is { Length: > 0 } text
        ? ulong.Parse(text, CultureInfo.InvariantCulture)
        : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
}

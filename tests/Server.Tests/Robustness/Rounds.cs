using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Robustness;

/// <summary>How much of a test is run: the quick form with every change, the long one before a release.</summary>
internal static class Rounds
{
    public static int Of(int quick, int @long) =>
        Environment.GetEnvironmentVariable("TRIBUTARY_TEST_LONG") is { Length: > 0 } ? @long : quick;

    /// <summary>A source of chance whose seed is printed; <c>TRIBUTARY_SEED</c> repeats it.</summary>
    public static Random Chance()
    {
        int seed = Environment.GetEnvironmentVariable("TRIBUTARY_SEED") is { Length: > 0 } text
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"TRIBUTARY_SEED={seed}");
        return new Random(seed);
    }

    /// <summary>A time limit of a promise, on this machine as busy as it is.</summary>
    public static TimeSpan Limit(double seconds) => MachineLoad.Stretch(TimeSpan.FromSeconds(seconds));
}

using System.Globalization;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit;

namespace Tributary.Core.Tests;

/// <summary>
/// Runs a property over generated cases and prints the seed; a run is repeated with <c>TRIBUTARY_SEED=&lt;seed&gt;</c>.
/// </summary>
internal static class ForAll
{
    public static void Of<T>(Gen<T> cases, Func<T, bool> holds, int times = 500) =>
        Of(cases.ToArbitrary(), holds, times);

    public static void Of<T>(Arbitrary<T> cases, Func<T, bool> holds, int times = 500)
    {
        var seed = Seed();
        TestContext.Current.TestOutputHelper?.WriteLine($"TRIBUTARY_SEED={seed}");
        var replay = new Replay(new Rnd(seed), FSharpOption<int>.None);
        var config = Config.QuickThrowOnFailure.WithMaxTest(times).WithQuietOnSuccess(true)
            .WithReplay(FSharpOption<Replay>.Some(replay));
        try
        {
            Prop.ForAll(cases, holds).Check(config);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"TRIBUTARY_SEED={seed}\n{failure.Message}", failure);
        }
    }

    private static ulong Seed() =>
        Environment.GetEnvironmentVariable("TRIBUTARY_SEED") is { Length: > 0 } text
            ? ulong.Parse(text, CultureInfo.InvariantCulture)
            : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
}

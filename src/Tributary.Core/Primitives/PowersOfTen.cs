using System.Numerics;

namespace Tributary.Primitives;

internal static class PowersOfTen
{
    private static readonly long[] Longs =
        [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    /// <summary>10 to the power of 0 … 9.</summary>
    public static long Small(int exponent) => Longs[exponent];

    public static BigInteger Big(int exponent) => BigInteger.Pow(10, exponent);
}

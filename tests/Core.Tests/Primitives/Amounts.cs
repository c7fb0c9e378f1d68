using FsCheck;
using FsCheck.Fluent;

namespace Tributary.Core.Tests.Primitives;

/// <summary>Amounts where mistakes live: small ones, ordinary ones, and the edges of the number types.</summary>
internal static class Amounts
{
    public static Gen<long> Positive { get; } = Gen.OneOf(
        Gen.Constant(0L),
        Gen.Choose(1, 99).Select(n => (long)n),
        Gen.Choose(100, 1_000_000).Select(n => (long)n),
        Gen.Elements(int.MaxValue - 1L, int.MaxValue, int.MaxValue + 1L, 1L << 40, 1L << 62, long.MaxValue));

    public static Gen<long> Any { get; } =
        from amount in Positive
        from sign in Gen.Elements(1, -1)
        select amount * sign;
}

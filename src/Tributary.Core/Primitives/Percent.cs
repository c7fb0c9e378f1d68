using System.Numerics;

namespace Tributary.Primitives;

/// <summary>Percentages of amounts, exact until the one rounding at the end (MO-10 to MO-12).</summary>
public static class Percent
{
    /// <summary>The rate's part of a base in minor units. Never overflows, because a rate is at most the whole.</summary>
    public static long Of(long @base, Rate rate) =>
        (long)Rounding.HalfAwayFromZero((Int128)@base * rate.Ppm, Rate.MostPpm);

    public static BigInteger Of(BigInteger @base, Rate rate) =>
        Rounding.HalfAwayFromZero(@base * rate.Ppm, Rate.MostPpm);

    public static Money Of(Money @base, Rate rate) => new(Of(@base.Minor, rate), @base.Currency);

    /// <summary>Parts at rates of their own: the exact products are added first, then rounded once (MO-12).</summary>
    public static BigInteger OfAll(IEnumerable<(BigInteger Base, Rate Rate)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var exact = parts.Aggregate(BigInteger.Zero, (sum, part) => sum + part.Base * part.Rate.Ppm);
        return Rounding.HalfAwayFromZero(exact, Rate.MostPpm);
    }
}

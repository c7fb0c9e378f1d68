using System.Numerics;

namespace Tributary.Primitives;

/// <summary>The one way amounts are rounded: half away from zero, so that −x rounds to the mirror image of x (MO-11).</summary>
public static class Rounding
{
    /// <summary>numerator ÷ denominator, rounded half away from zero. The denominator is positive.</summary>
    public static Int128 HalfAwayFromZero(Int128 numerator, Int128 denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        var (whole, rest) = Int128.DivRem(numerator, denominator);
        var distance = Int128.Abs(rest);

        // rest ≥ denominator − rest instead of 2 × rest ≥ denominator, which could overflow.
        return distance < denominator - distance ? whole : whole + Int128.Sign(numerator);
    }

    /// <summary>numerator ÷ denominator, rounded half away from zero. The denominator is positive.</summary>
    public static BigInteger HalfAwayFromZero(BigInteger numerator, BigInteger denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        var whole = BigInteger.DivRem(numerator, denominator, out var rest);
        var distance = BigInteger.Abs(rest);
        return distance < denominator - distance ? whole : whole + numerator.Sign;
    }

    /// <summary>numerator ÷ denominator cut to whole units: only for a fee that a contract pays, which pays no fraction (MO-11).</summary>
    public static BigInteger TowardsZero(BigInteger numerator, BigInteger denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        return BigInteger.Divide(numerator, denominator);
    }
}

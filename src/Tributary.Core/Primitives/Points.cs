using System.Numerics;

namespace Tributary.Primitives;

public static class Points
{
    /// <summary>
    /// Points for money (MO-14), in the points' smallest decimal. <paramref name="ratePpm"/> is points per major unit in
    /// parts per million: one point a dollar is 1,000,000, ten are 10,000,000.
    /// </summary>
    public static Outcome<long> FromMoney(Money @base, long ratePpm)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ratePpm);
        var perMillion = (Int128)@base.Currency.MinorPerMajor * Rate.MostPpm;
        var points = Rounding.HalfAwayFromZero((BigInteger)@base.Minor * ratePpm, (BigInteger)perMillion);
        return BigInteger.Abs(points) > long.MaxValue ? Amount.OutOfRange : (long)points;
    }
}

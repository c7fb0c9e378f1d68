using System.Numerics;

namespace Tributary.Primitives;

/// <summary>Major units of one currency for one major unit of another: <c>Value</c> ÷ 10^<c>Scale</c> (MO-71).</summary>
/// <param name="Value">Positive; 92345 with a scale of 5 is 0.92345.</param>
/// <param name="Scale">0 … 18.</param>
public readonly record struct ExchangeRate(long Value, int Scale);

public static class Conversion
{
    public const int MostScale = 18;

    /// <summary>The amount in another currency, with one rounding (MO-15).</summary>
    public static Outcome<Money> Convert(Money amount, ExchangeRate rate, Currency to)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate.Value, nameof(rate));
        ArgumentOutOfRangeException.ThrowIfNegative(rate.Scale, nameof(rate));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate.Scale, MostScale, nameof(rate));
        var minor = Rounding.HalfAwayFromZero(
            (BigInteger)amount.Minor * rate.Value * to.MinorPerMajor,
            amount.Currency.MinorPerMajor * PowersOfTen.Big(rate.Scale));
        return BigInteger.Abs(minor) > long.MaxValue ? Amount.OutOfRange : new Money((long)minor, to);
    }
}

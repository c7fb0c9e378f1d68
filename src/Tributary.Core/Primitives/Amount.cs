using System.Globalization;
using System.Numerics;

namespace Tributary.Primitives;

/// <summary>
/// An amount of any unit in its smallest part: what rewards and the ledger count. Money and points stay within
/// ±(2⁶³−1), tokens within 78 digits (MO-2); anything else throws here or is refused by <see cref="Of"/>.
/// </summary>
public readonly record struct Amount
{
    private static readonly BigInteger BoundedMost = long.MaxValue;

    public Amount(BigInteger value, Unit unit)
    {
        if (BigInteger.Abs(value) > Most(unit))
            throw new OverflowException($"The amount does not fit the unit {unit}.");
        Value = value;
        Unit = unit;
    }

    public BigInteger Value { get; }

    public Unit Unit { get; }

    /// <summary>The greatest on-chain amount, 10⁷⁸−1.</summary>
    public static BigInteger ChainMost { get; } = PowersOfTen.Big(Limits.ChainAmountDigits) - 1;

    public bool IsZero => Value.IsZero;

    internal static Problem OutOfRange { get; } = new(ProblemCode.AmountOutOfRange, "The amount is too large to be kept.");

    public static Amount Zero(Unit unit) => new(BigInteger.Zero, unit);

    public static BigInteger Most(Unit unit) => unit.IsBounded ? BoundedMost : ChainMost;

    /// <summary>The amount, or the refusal of what no column could hold.</summary>
    public static Outcome<Amount> Of(BigInteger value, Unit unit) =>
        BigInteger.Abs(value) > Most(unit) ? OutOfRange : new Amount(value, unit);

    /// <summary>The sum, or the refusal of an overflow. Two units are a bug and throw.</summary>
    public Outcome<Amount> Add(Amount other)
    {
        RequireSame(this, other);
        return Of(Value + other.Value, Unit);
    }

    /// <summary>The amount as money; null for every unit but fiat.</summary>
    public Money? AsMoney() => Unit.Currency is { } currency ? new Money((long)Value, currency) : null;

    public static Amount operator +(Amount left, Amount right)
    {
        RequireSame(left, right);
        return new Amount(left.Value + right.Value, left.Unit);
    }

    public static Amount operator -(Amount left, Amount right) => left + -right;

    public static Amount operator -(Amount value) => new(-value.Value, value.Unit);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value} {Unit}");

    private static void RequireSame(Amount left, Amount right)
    {
        if (left.Unit != right.Unit)
            throw new InvalidOperationException($"{left.Unit} and {right.Unit} are never added.");
    }
}

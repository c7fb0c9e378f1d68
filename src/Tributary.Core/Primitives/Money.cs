using System.Globalization;

namespace Tributary.Primitives;

/// <summary>
/// An amount of fiat money in minor units, ±(2⁶³−1) (MO-2). The operators throw on overflow, which is a bug where the
/// operands are known to be small; where they come from outside, use <see cref="Add"/> and <see cref="Of"/>.
/// </summary>
public readonly record struct Money
{
    public Money(long minor, Currency currency)
    {
        ArgumentNullException.ThrowIfNull(currency);
        if (currency.Status == CurrencyStatus.Refused)
            throw new ArgumentException("A refused currency counts nothing.", nameof(currency));
        ArgumentOutOfRangeException.ThrowIfEqual(minor, long.MinValue);
        Minor = minor;
        Currency = currency;
    }

    /// <summary>Whole minor units: cents of a dollar, yen of a yen.</summary>
    public long Minor { get; }

    public Currency Currency { get; }

    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>The amount, or the refusal of what no column could hold.</summary>
    public static Outcome<Money> Of(Int128 minor, Currency currency) =>
        minor < -long.MaxValue || minor > long.MaxValue ? Amount.OutOfRange : new Money((long)minor, currency);

    /// <summary>The sum, or the refusal of an overflow. Two currencies are a bug and throw.</summary>
    public Outcome<Money> Add(Money other)
    {
        RequireSame(this, other);
        return Of((Int128)Minor + other.Minor, Currency);
    }

    public static Money operator +(Money left, Money right) => left.Add(right).TryGet(out var sum, out _)
        ? sum
        : throw new OverflowException("The sum does not fit.");

    public static Money operator -(Money left, Money right) => left + -right;

    public static Money operator -(Money value) => new(-value.Minor, value.Currency);

    public static implicit operator Amount(Money money) => new(money.Minor, Unit.Of(money.Currency));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Minor} {Currency}");

    private static void RequireSame(Money left, Money right)
    {
        if (!ReferenceEquals(left.Currency, right.Currency))
            throw new InvalidOperationException($"{left.Currency} and {right.Currency} are never added.");
    }
}

using System.Globalization;

namespace Tributary.Primitives;

/// <summary>The number of one <typeparamref name="T"/>, so that a link's number cannot be passed for an order's.</summary>
/// <param name="Value">Positive, unique in its programme, never reused.</param>
public readonly record struct Id<T>(long Value) : IComparable<Id<T>>
{
    public int CompareTo(Id<T> other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(Id<T> left, Id<T> right) => left.Value < right.Value;

    public static bool operator >(Id<T> left, Id<T> right) => left.Value > right.Value;

    public static bool operator <=(Id<T> left, Id<T> right) => left.Value <= right.Value;

    public static bool operator >=(Id<T> left, Id<T> right) => left.Value >= right.Value;
}

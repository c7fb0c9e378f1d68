using System.Globalization;
using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Chains;

/// <summary>An amount of a token in its smallest part, exact: 0 … 2²⁵⁶−1, which is what contracts count in and 78 digits long.</summary>
public readonly record struct ChainAmount : IComparable<ChainAmount>
{
    private const int Bytes = 32;

    public ChainAmount(BigInteger value)
    {
        if (value.Sign < 0 || value > Most)
            throw new OverflowException("The amount does not fit 256 bits.");
        Value = value;
    }

    public static BigInteger Most { get; } = (BigInteger.One << (Bytes * 8)) - 1;

    public static ChainAmount Zero => default;

    public BigInteger Value { get; }

    public bool IsZero => Value.IsZero;

    /// <summary>Digits without sign, blank, leading zero, fraction or exponent (MO-5).</summary>
    public static bool TryParse(string? text, out ChainAmount amount)
    {
        amount = default;
        if (string.IsNullOrEmpty(text) || text.Length > Limits.ChainAmountDigits || text.AsSpan().ContainsAnyExceptInRange('0', '9')
            || (text.Length > 1 && text[0] == '0'))
            return false;
        var value = BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        if (value > Most)
            return false;
        amount = new ChainAmount(value);
        return true;
    }

    /// <summary>32 bytes, the most significant first.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        var digits = Value.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, Bytes - digits.Length);
        return bytes;
    }

    public int CompareTo(ChainAmount other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public static ChainAmount operator +(ChainAmount left, ChainAmount right) => new(left.Value + right.Value);

    public static bool operator <(ChainAmount left, ChainAmount right) => left.CompareTo(right) < 0;

    public static bool operator >(ChainAmount left, ChainAmount right) => left.CompareTo(right) > 0;

    public static bool operator <=(ChainAmount left, ChainAmount right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ChainAmount left, ChainAmount right) => left.CompareTo(right) >= 0;
}

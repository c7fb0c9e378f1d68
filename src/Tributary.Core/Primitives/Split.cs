using System.Numerics;

namespace Tributary.Primitives;

/// <summary>One part of a split.</summary>
/// <param name="Key">What orders equal remainders; unique in the split and the same in every repetition.</param>
/// <param name="Weight">0 or more.</param>
public readonly record struct Share<TKey>(TKey Key, long Weight);

/// <summary>Divides a whole into parts by largest remainder: nothing is lost, nothing is invented (MO-13).</summary>
public static class Split
{
    /// <summary>
    /// The parts in the order of <paramref name="shares"/>. They add up to the whole, each differs from its exact share
    /// by less than 1, a weight of 0 gets 0, and a negative whole gives the mirror image.
    /// </summary>
    /// <exception cref="ArgumentException">A negative weight, no weight at all, or a key twice.</exception>
    public static IReadOnlyList<BigInteger> Of<TKey>(BigInteger whole, IReadOnlyList<Share<TKey>> shares, IComparer<TKey>? order = null)
    {
        ArgumentNullException.ThrowIfNull(shares);
        var keys = order ?? DefaultOrder<TKey>();
        var total = TotalWeight(shares);
        var size = BigInteger.Abs(whole);
        var parts = new BigInteger[shares.Count];
        var remainders = new BigInteger[shares.Count];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = BigInteger.DivRem(size * shares[i].Weight, total, out remainders[i]);

        // The floors miss fewer units than there are parts with a remainder, so no part without one is reached.
        var missing = (int)(size - parts.Aggregate(BigInteger.Zero, BigInteger.Add));
        foreach (var i in ByRemainder(shares, remainders, keys).Take(missing))
            parts[i]++;
        return whole.Sign < 0 ? Array.ConvertAll(parts, BigInteger.Negate) : parts;
    }

    /// <summary>As the other, for money and points.</summary>
    public static IReadOnlyList<long> Of<TKey>(long whole, IReadOnlyList<Share<TKey>> shares, IComparer<TKey>? order = null) =>
        [.. Of((BigInteger)whole, shares, order).Select(part => (long)part)];

    private static IEnumerable<int> ByRemainder<TKey>(
        IReadOnlyList<Share<TKey>> shares, BigInteger[] remainders, IComparer<TKey> keys)
    {
        var order = Enumerable.Range(0, shares.Count).ToArray();
        Array.Sort(order, (a, b) => keys.Compare(shares[a].Key, shares[b].Key));
        for (var i = 1; i < order.Length; i++)
            if (keys.Compare(shares[order[i - 1]].Key, shares[order[i]].Key) == 0)
                throw new ArgumentException("A key stands twice.", nameof(shares));
        return order.OrderByDescending(i => remainders[i]);
    }

    private static BigInteger TotalWeight<TKey>(IReadOnlyList<Share<TKey>> shares)
    {
        var total = BigInteger.Zero;
        foreach (var share in shares)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(share.Weight, nameof(shares));
            total += share.Weight;
        }
        return total.IsZero ? throw new ArgumentException("All weights are zero.", nameof(shares)) : total;
    }

    /// <summary>Text is compared by its code units, because the order of a culture changes between machines.</summary>
    private static IComparer<TKey> DefaultOrder<TKey>() =>
        typeof(TKey) == typeof(string) ? (IComparer<TKey>)StringComparer.Ordinal : Comparer<TKey>.Default;
}

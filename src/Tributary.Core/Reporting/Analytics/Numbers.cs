using System.Numerics;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>What orders and rewards of one unit come to, in its smallest part (clicks.md § 9).</summary>
/// <param name="Revenue">Of conversions, less what was refunded of them, on the day of the order.</param>
/// <param name="Refunds">What was refunded, on the day of the order.</param>
/// <param name="Refunded">What was refunded, on the day of the refund.</param>
/// <param name="Rewards">What the rewards that orders and leads caused are worth now.</param>
public sealed record UnitNumbers(long Conversions, BigInteger Revenue, BigInteger Refunds, BigInteger Refunded, BigInteger Rewards);

/// <summary>Every number of one link, group or interval.</summary>
public sealed class Numbers
{
    private readonly Dictionary<string, OutcomeAmounts> outcomes = new(StringComparer.Ordinal);

    public ClickCounts Clicks { get; } = new();

    /// <summary>Customers whose attribution was decided.</summary>
    public long Leads => outcomes.Values.Sum(amounts => amounts.Leads);

    /// <summary>Orders that count, in whatever unit.</summary>
    public long Conversions => outcomes.Values.Sum(amounts => amounts.Conversions);

    /// <summary>By unit, in the order of their names; units in which nothing is left but zeros are left out.</summary>
    public IReadOnlyList<KeyValuePair<string, UnitNumbers>> Units =>
    [
        .. from unit in outcomes
           let numbers = new UnitNumbers(
               unit.Value.Conversions, unit.Value.Revenue, unit.Value.Refunds, unit.Value.Refunded, unit.Value.Rewards)
           where unit.Key != OutcomeTally.NoUnit && unit.Value != default
           orderby unit.Key
           select KeyValuePair.Create(unit.Key, numbers),
    ];

    /// <summary>Revenue per currency, never added across currencies; empty when there is none.</summary>
    public IReadOnlyList<KeyValuePair<string, BigInteger>> Revenue =>
        [.. Units.Where(unit => !unit.Value.Revenue.IsZero).Select(unit => KeyValuePair.Create(unit.Key, unit.Value.Revenue))];

    public bool IsZero => Clicks.IsZero && outcomes.Values.All(amounts => amounts == default);

    internal void Add(ClickCounts clicks) => Clicks.Add(clicks);

    internal void Add(string unit, OutcomeAmounts amounts) => outcomes[unit] = outcomes.GetValueOrDefault(unit) + amounts;

    internal void Add(Numbers other)
    {
        Clicks.Add(other.Clicks);
        foreach (var (unit, amounts) in other.outcomes)
            Add(unit, amounts);
    }

    /// <summary>Only what clicks count for, less others' of it.</summary>
    internal Numbers ClicksLess(IEnumerable<Numbers> parts)
    {
        var rest = new Numbers();
        rest.Add(parts.Aggregate(Clicks, (left, part) => left.Less(part.Clicks)));
        return rest;
    }

    /// <summary>Only what came of clicks, less others' of it.</summary>
    internal Numbers OutcomesLess(IEnumerable<Numbers> parts)
    {
        var rest = new Numbers();
        foreach (var (unit, amounts) in outcomes)
            rest.Add(unit, amounts);
        foreach (var (unit, amounts) in parts.SelectMany(part => part.outcomes))
            rest.Add(unit, -amounts);
        return rest;
    }
}

using System.Globalization;
using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>What a line's rule gives, before caps and budgets.</summary>
/// <param name="Unit">Null: the line has no amount.</param>
/// <param name="Refusal">Why it gives nothing at all; null: it gives <paramref name="Value"/>.</param>
internal readonly record struct RuleAmount(BigInteger Value, Unit? Unit, bool CutByOrderCap = false, Reason? Refusal = null);

/// <summary>
/// The amount of a line as a function of what remains of the order's base: the same at the grant and after every refund (MO-26).
/// </summary>
internal static class LineRule
{
    public static RuleAmount Compute(RewardAmount amount, OrderFacts? order, RewardDefaults defaults) => amount switch
    {
        PercentAmount percent => Percentage(percent, Needed(order)),
        FixedAmount fix => new(Whole(fix.Money.Minor, order, defaults), fix.FixedUnit),
        PointsAmount points => new(Whole(points.Value, order, defaults), points.Unit),
        ScoreAmount score => new(Whole(score.Value, order, defaults), score.Unit),
        PointsRate rate => ByMoney(rate, Needed(order)),
        CouponAmount or CustomAmount => new(0, null),
        _ => throw new InvalidOperationException("No other kind of amount exists."),
    };

    private static OrderFacts Needed(OrderFacts? order) =>
        order ?? throw new InvalidOperationException("A definition lets only orders be paid by parts.");

    private static RuleAmount Percentage(PercentAmount percent, OrderFacts order)
    {
        var unit = Unit.Of(order.Currency);
        var value = (BigInteger)Percent.Of(order.RemainingBase, percent.Rate);
        if (percent.MostPerOrder.Count == 0)
            return new(value, unit);
        return percent.MostPerOrder.TryGetValue(order.Currency.Code, out var most)
            ? new(BigInteger.Min(value, most), unit, value > most)
            : new(0, unit, Refusal: Reason.Of(ReasonCode.NoCapForCurrency, ("currency", order.Currency.Code)));
    }

    private static RuleAmount ByMoney(PointsRate rate, OrderFacts order)
    {
        if (!Points.FromMoney(new Money(order.RemainingBase, order.Currency), rate.PerMajorUnitPpm).TryGet(out var points, out _))
            return new(0, rate.Unit, Refusal: Reason.Of(ReasonCode.AmountOutOfRange, ("unit", rate.Unit.Text)));
        return rate.MostPerOrder is { } most
            ? new(Math.Min(points, most), rate.Unit, points > most)
            : new(points, rate.Unit);
    }

    /// <summary>A fixed amount is owed whole while anything of the base remains, or in proportion where the programme says so (MO-27).</summary>
    private static BigInteger Whole(long value, OrderFacts? order, RewardDefaults defaults)
    {
        if (order is null || !defaults.FixedProportional || order.Base == 0 || order.RemainingBase >= order.Base)
            return value;
        return Rounding.HalfAwayFromZero((BigInteger)value * order.RemainingBase, order.Base);
    }

    /// <summary>Why an amount came to nothing, for the explanation.</summary>
    public static Reason Zero(RewardAmount amount, OrderFacts? order)
    {
        if (order is null)
            return Reason.Of(ReasonCode.AmountZero);
        var rate = amount switch
        {
            PercentAmount percent => percent.Rate.ToPercentText() + " %",
            PointsRate points => MajorUnits.Shortest(points.PerMajorUnitPpm, 6) + " points a " + order.Currency.Code,
            _ => "",
        };
        return Reason.Of(
            ReasonCode.AmountZero,
            ("rate", rate),
            ("base", order.RemainingBase.ToString(CultureInfo.InvariantCulture)),
            ("unit", order.Currency.Code));
    }
}

using FsCheck;
using FsCheck.Fluent;
using System.Numerics;
using Tributary.Orders;

namespace Tributary.Core.Tests.Orders.Properties;

/// <summary>One step as drawn; it becomes an operation where the history has come to, so that steps can be taken out.</summary>
internal sealed record ShopStep(int Kind, int A, int B, int C)
{
    public bool WithNext => C % 7 == 0;

    public bool Crashes => C % 11 == 0;
}

/// <summary>Draws histories (money.md §9, generator).</summary>
internal static class ShopHistories
{
    private const int Orders = 7;

    private static readonly long[] Large = [(1L << 31) - 1, 1L << 31, (1L << 31) + 1, 1L << 40, 1L << 58, 1L << 62, long.MaxValue];

    private static readonly (int Weight, Func<ShopStep, ShopModel, ShopOperation> Draw)[] Kinds =
    [
        (28, (s, _) => new PlaceOrder(OrderOf(s), s.A % PropertyShop.Customers, TotalOf(s.B, s.C), ShopRules.Currencies[s.B % 3], Paid: s.C % 5 != 0)),
        (8, Again),
        (4, (s, model) => Again(s, model) is PlaceOrder same ? same with { Total = same.Total == long.MaxValue ? 1 : same.Total + 1 } : new Pay(OrderOf(s))),
        (6, (s, _) => new Pay(OrderOf(s))),
        (10, (s, model) => new Amend(OrderOf(s), 1 + s.B % 4, AmendedOf(s, model))),
        (16, (s, model) => new TakeBack($"r{s.B % 20}", OrderOf(s), PartOf(s, model), s.C % 4 == 0 ? s.B % 300 : null, RefundKind.Refund)),
        (7, (s, _) => new TakeBack($"r{s.B % 20}", OrderOf(s), null, null, s.C % 3 == 0 ? RefundKind.Chargeback : RefundKind.Refund)),
        (3, (s, _) => new TakeBack($"c{OrderOf(s)}{s.B % 2}", OrderOf(s), null, null, RefundKind.Cancel)),
        (7, (s, model) => new Reinstate(model.Refunds.Count == 0 ? "r0" : model.Refunds.Keys.Order(StringComparer.Ordinal).ElementAt(s.A % model.Refunds.Count))),
        (10, (s, _) => new JudgeReward(new[] { "hold", "hold", "release", "release", "reject", "approve" }[s.B % 6], OrderOf(s), s.C % 2 == 0 ? "small" : "large", 1 + s.B % 2)),
        (5, (s, _) => new PassDays(s.A % 9)),
    ];

    private static readonly int TotalWeight = Kinds.Sum(kind => kind.Weight);

    public static Gen<ShopStep[]> Of(int length) =>
        from draws in Gen.Choose(0, int.MaxValue).Four().ArrayOf(length)
        select draws.Select(draw => new ShopStep(draw.Item1 % TotalWeight, draw.Item2, draw.Item3, draw.Item4)).ToArray();

    public static ShopOperation Draw(ShopStep step, ShopModel model)
    {
        var rest = step.Kind;
        foreach (var (weight, draw) in Kinds)
        {
            if (rest < weight)
                return draw(step, model);
            rest -= weight;
        }
        throw new InvalidOperationException("The weights do not cover the step.");
    }

    private static string OrderOf(ShopStep step) => $"o{step.A / 5 % Orders}";

    private static ShopOperation Again(ShopStep step, ShopModel model)
    {
        if (model.Orders.Count == 0)
            return new Pay(OrderOf(step));
        var id = model.Orders.Keys.Order(StringComparer.Ordinal).ElementAt(step.A % model.Orders.Count);
        var known = model.Orders[id];
        return new PlaceOrder(id, known.Customer, (long)known.First, known.Currency, Paid: true);
    }

    private static long TotalOf(int b, int c) => (c % 10) switch
    {
        0 => 0,
        1 or 2 or 3 => 1 + b % 99,
        9 when c % 3 == 0 => Large[b % Large.Length],
        _ => 100 + b % 999_900,
    };

    private static long AmendedOf(ShopStep step, ShopModel model) =>
        step.C % 3 == 0 && model.Orders.TryGetValue(OrderOf(step), out var order)
            ? (long)BigInteger.Min(long.MaxValue, order.Total + step.B % 1000)
            : TotalOf(step.B, step.C);

    private static long PartOf(ShopStep step, ShopModel model)
    {
        if (!model.Orders.TryGetValue(OrderOf(step), out var order) || order.Total <= 1)
            return 1 + step.B % 400;
        var left = order.Total - model.RefundedOf(OrderOf(step));
        return step.C % 8 == 0 || left < 1
            ? (long)BigInteger.Min(long.MaxValue, left + 1)
            : (long)BigInteger.Max(1, left * (1 + step.C % 97) / 100);
    }
}

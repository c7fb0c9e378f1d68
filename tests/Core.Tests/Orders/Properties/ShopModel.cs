using System.Numerics;

namespace Tributary.Core.Tests.Orders.Properties;

internal sealed record ModelOrder(int Customer, string Currency, BigInteger First, BigInteger Total, int Version, bool Paid);

/// <param name="Amount">What it took; of a waiting one what it asks for, null: all.</param>
internal sealed record ModelRefund(string Order, BigInteger? Requested, BigInteger Amount, BigInteger? Base, string Kind, bool Stands, bool Waits);

/// <summary>The reference model of orders and what they owe, written from money.md §3 with dictionaries; it knows nothing of the product's code.</summary>
internal sealed class ShopModel
{
    public Dictionary<string, ModelOrder> Orders { get; } = [];

    public Dictionary<string, ModelRefund> Refunds { get; } = [];

    /// <summary>Refunds that were reinstated before they came.</summary>
    public HashSet<string> Reinstated { get; } = [];

    /// <summary>Lines of orders whose reward a person has rejected: never owed again.</summary>
    public HashSet<(string Order, string Campaign, int Line)> Rejected { get; } = [];

    /// <summary>The largest sum that any column can have come to: beyond 2⁶³−1 a refusal may be right.</summary>
    public BigInteger Turnover { get; set; }

    public static BigInteger Round(BigInteger whole, BigInteger by)
    {
        var (quotient, rest) = (whole / by, whole % by);
        return rest * 2 >= by ? quotient + 1 : quotient;
    }

    public ShopModel Copy()
    {
        var copy = new ShopModel { Turnover = Turnover };
        foreach (var (id, order) in Orders)
            copy.Orders[id] = order;
        foreach (var (id, refund) in Refunds)
            copy.Refunds[id] = refund;
        copy.Reinstated.UnionWith(Reinstated);
        copy.Rejected.UnionWith(Rejected);
        return copy;
    }

    public BigInteger RefundedOf(string order) => Applied(order).Where(r => r.Kind != "cancel").Aggregate(BigInteger.Zero, (sum, r) => sum + r.Amount);

    /// <summary>MO-25 with B = T.</summary>
    public BigInteger RemainingOf(string id)
    {
        var total = Orders[id].Total;
        var applied = Applied(id).ToList();
        if (total == 0 || applied.Any(r => r.Kind == "cancel") || RefundedOf(id) == total)
            return 0;
        var stated = applied.Where(r => r.Base is not null).Aggregate(BigInteger.Zero, (sum, r) => sum + r.Base!.Value);
        var plain = applied.Where(r => r.Base is null).Aggregate(BigInteger.Zero, (sum, r) => sum + r.Amount);
        return BigInteger.Max(0, total - plain - stated);
    }

    /// <summary>What stands, as <see cref="PropertySight.StandingAsync"/> tells it.</summary>
    public string Standing()
    {
        var lines = new List<string>();
        foreach (var (id, order) in Orders)
        {
            var state = Applied(id).Any(r => r.Kind == "cancel") ? "cancelled" : order.Paid ? "paid" : "open";
            lines.Add($"order {id}: {state} v{order.Version} {order.Total} {order.Currency}, refunded {RefundedOf(id)}, base {RemainingOf(id)}");
            if (order.Paid && PropertyShop.ReferrerOf(order.Customer) is { } referrer)
                lines.AddRange(OfOrder(id, order, referrer));
        }
        foreach (var customer in Orders.Where(o => o.Value.Paid && RemainingOf(o.Key) > 0).Select(o => o.Value.Customer).Distinct())
        {
            if (PropertyShop.ReferrerOf(customer) is { } referrer)
                lines.AddRange([$"once cust cust{customer} 1: {ShopRules.OnceReferrer} to {referrer}", $"once cust cust{customer} 2: {ShopRules.OnceCustomer} to cust{customer}"]);
        }
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    public string Record(string id, ModelOrder order)
    {
        if (Orders.TryGetValue(id, out var known))
            return (known.Customer, known.Currency, known.First) == (order.Customer, order.Currency, order.First) ? "repeated" : "Conflict";
        Orders[id] = order;
        Turnover += order.Total;
        foreach (var (refundId, refund) in Refunds.Where(r => r.Value.Order == id && r.Value.Waits).ToList())
        {
            var left = order.Total - RefundedOf(id);
            var amount = refund.Kind == "cancel" ? 0 : BigInteger.Min(left, refund.Requested ?? left);
            Refunds[refundId] = refund with { Waits = false, Amount = amount };
        }
        return "ok";
    }

    public string Pay(string id)
    {
        if (!Orders.TryGetValue(id, out var order))
            return "NotFound";
        if (Applied(id).Any(r => r.Kind == "cancel"))
            return "IllegalTransition";
        if (order.Paid)
            return "repeated";
        Orders[id] = order with { Paid = true };
        return "ok";
    }

    public string Amend(string id, int version, BigInteger total)
    {
        if (!Orders.TryGetValue(id, out var order))
            return "NotFound";
        if (version <= order.Version)
            return "repeated";
        if (total < RefundedOf(id))
            return "RefundExceedsOrder";
        Orders[id] = order with { Version = version, Total = total };
        Turnover += total + order.Total;
        return "ok";
    }

    public string Refund(string id, ModelRefund refund)
    {
        if (Refunds.TryGetValue(id, out var known))
            return IsSame(known, refund) ? "repeated" : "Conflict";
        if (!Orders.TryGetValue(refund.Order, out var order))
        {
            var isEarly = Reinstated.Remove(id);
            Refunds[id] = refund with { Waits = !isEarly, Stands = !isEarly };
            return isEarly ? $"ok {refund.Requested ?? 0}" : "waiting";
        }
        var left = order.Total - RefundedOf(refund.Order);
        if (refund.Kind != "cancel" && left == 0)
            return "OrderFullyRefunded";
        if (refund.Requested > left)
            return "RefundExceedsOrder";
        var amount = refund.Kind == "cancel" ? 0 : refund.Requested ?? left;
        Refunds[id] = refund with { Amount = amount, Stands = !Reinstated.Remove(id) };
        return $"ok {amount}";
    }

    public string Reinstate(string id)
    {
        if (!Refunds.TryGetValue(id, out var refund))
            return Reinstated.Add(id) ? "ok" : "repeated";
        if (!refund.Stands)
            return "repeated";
        Refunds[id] = refund with { Stands = false, Waits = false };
        Turnover += Orders.TryGetValue(refund.Order, out var order) ? order.Total : 0;
        return "ok";
    }

    /// <summary>An id stands for one content (MO-23); naming no amount asks for all, which is the total while the order is known.</summary>
    private bool IsSame(ModelRefund known, ModelRefund again)
    {
        var all = Orders.TryGetValue(known.Order, out var order) ? order.Total : (BigInteger?)null;
        return known.Order == again.Order && known.Kind == again.Kind && known.Base == again.Base
            && (known.Requested ?? all) == (again.Requested ?? all);
    }

    private IEnumerable<string> OfOrder(string id, ModelOrder order, string referrer)
    {
        foreach (var rule in ShopRules.All.Where(rule => !rule.Once))
        {
            foreach (var (line, recipient) in new[] { (1, referrer), (2, $"cust{order.Customer}") })
            {
                var owed = Rejected.Contains((id, rule.Name, line)) ? 0 : rule.Owed(line, RemainingOf(id), order.Currency);
                if (owed > 0)
                    yield return $"reward {id} {rule.Name} {line}: {owed} to {recipient}";
            }
        }
    }

    private IEnumerable<ModelRefund> Applied(string order) => Refunds.Values.Where(r => r.Order == order && r.Stands && !r.Waits);
}

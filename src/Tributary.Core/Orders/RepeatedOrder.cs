using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Signups;
using Tributary.Rewards;

namespace Tributary.Orders;

/// <summary>The answer to an order id that is recorded already (money.md MO-22): the first answer, or a refusal naming what differs.</summary>
internal static class RepeatedOrder
{
    public static Outcome<OrderRecorded> Answer(ReferralProgram program, OrderRow existing, CustomerOperation customer, OrderInput order)
    {
        if (Difference(existing, customer, order) is { } member)
            return new Problem(ProblemCode.Conflict, "This order id is recorded already with another value of the member.", member);
        if (program.Settings.Orders.RefuseRepeats)
            return new Problem(ProblemCode.Conflict, "This order id is recorded already.", "orderId");
        return new OrderRecorded(
            existing.Key, existing.OrderId, existing.CustomerId, existing.State, existing.ReferrerId, existing.Via,
            AmountsJson.Read(existing.CustomerEarned), Explanation.CodeOutcome(existing.Explanation), Repeated: true)
        {
            LinkId = existing.LinkId,
        };
    }

    internal static string? Difference(OrderRow existing, CustomerOperation customer, OrderInput order)
    {
        if (existing.CustomerId != customer.Id)
            return "customerId";
        if (existing.RecordedTotal != order.Total)
            return "total";
        if (existing.Currency != order.Currency)
            return "currency";
        return existing.Content != order.ContentCode ? "referrerCode" : null;
    }
}

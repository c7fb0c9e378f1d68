using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Signups;

namespace Tributary.Orders;

/// <summary>What is wrong with an order before anything is read.</summary>
internal static class OrderChecks
{
    /// <summary>How far a clock may run ahead (clicks.md CL-91, fraud rule F23).</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    public static Problem? Refuse(ReferralProgram program, OrderInput order)
    {
        if (program.State == ProgramState.Paused)
            return new Problem(ProblemCode.ProgramPaused, "The programme is paused; it takes no new orders.");
        if (CustomerChecks.Refuse(order.Customer) is { } problem)
            return problem;
        if (string.IsNullOrWhiteSpace(order.OrderId))
            return new Problem(ProblemCode.MissingField, "An order needs an id.", "orderId");
        if (order.OrderId.Length > Limits.OrderId)
            return new Problem(ProblemCode.TooLong, $"An order's id has at most {Limits.OrderId} characters.", "orderId");
        if (order.Currency.Status != CurrencyStatus.Active)
            return new Problem(ProblemCode.CurrencyRefused, "Orders cannot be in this currency.", "currency");
        return AmountProblem(order);
    }

    public static Problem? RefuseTime(OrderInput order, DateTimeOffset now) =>
        !order.JudgeByArrival && order.OrderedAt > now + ClockSkew
            ? new Problem(ProblemCode.TimeOutOfRange, "The order's date lies in the future.", "orderedAt")
            : null;

    private static Problem? AmountProblem(OrderInput order)
    {
        (string Name, long? Amount)[] amounts =
            [("total", order.Total), ("price", order.Price), ("discount", order.Discount), ("shipping", order.Shipping), ("tax", order.Tax)];
        foreach (var (name, amount) in amounts)
        {
            if (amount < 0)
                return new Problem(ProblemCode.AmountOutOfRange, "An order's amounts are not negative.", name);
        }
        return null;
    }
}

/// <summary>What rewards are computed from (money.md MO-20).</summary>
internal static class OrderBase
{
    public static long Of(OrderSettings settings, OrderInput order)
    {
        var orderBase = (Int128)order.Total;
        if (settings.BaseExcludesTax)
            orderBase -= order.Tax ?? 0;
        if (settings.BaseExcludesShipping)
            orderBase -= order.Shipping ?? 0;
        return (long)Int128.Max(0, orderBase);
    }
}

using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Orders;

/// <param name="Orders">In the order in which they were sent.</param>
public sealed record OrdersRecorded(IReadOnlyList<OrderRecorded> Orders)
{
    /// <summary>Whether every one of them had been recorded before.</summary>
    public bool Repeated => Orders.All(order => order.Repeated);
}

/// <summary>Records several orders in one transaction: all of them, or none.</summary>
public sealed class RecordOrders(Transactions transactions)
{
    public const int MostOrders = 500;

    /// <returns>A problem's field begins with the number of its order, from 0.</returns>
    public Task<Outcome<OrdersRecorded>> ExecuteAsync(
        ReferralProgram program, IReadOnlyList<OrderInput> orders, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(orders);
        if (orders.Count is 0 or > MostOrders)
            return Task.FromResult<Outcome<OrdersRecorded>>(new Problem(ProblemCode.TooMany, $"One call holds 1 to {MostOrders} orders."));
        for (var n = 0; n < orders.Count; n++)
        {
            if (OrderChecks.Refuse(program, orders[n]) is { } problem)
                return Task.FromResult<Outcome<OrdersRecorded>>(At(n, problem));
        }
        return transactions.RunAsync(program.Id, caller, (tx, token) => RecordAsync(tx, program, orders, token), ct);
    }

    private static async Task<Outcome<OrdersRecorded>> RecordAsync(
        Transaction tx, ReferralProgram program, IReadOnlyList<OrderInput> orders, CancellationToken ct)
    {
        var recorded = new List<OrderRecorded>();
        foreach (var order in orders)
        {
            if (!(await RecordOrder.RecordAsync(tx, program, order, ct)).TryGet(out var one, out var problem))
                return At(recorded.Count, problem);
            recorded.Add(one);
            // The next one sees what this one did.
            await tx.Writes.FlushAsync(tx.Connection, ct);
        }
        return new OrdersRecorded(recorded);
    }

    private static Problem At(int number, Problem problem) =>
        problem with { Field = problem.Field is { } field ? $"{number}.{field}" : $"{number}" };
}

using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Reporting;

/// <summary>
/// What an order would earn: it is recorded, explained, and undone, so the answer is exactly what recording it at this instant
/// would do (money.md MO-44).
/// </summary>
public sealed class DryRunOrder(Transactions transactions)
{
    public Task<Outcome<OrderExplanation>> ExecuteAsync(ReferralProgram program, OrderInput order, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(order);
        return OrderChecks.Refuse(program, order) is { } problem
            ? Task.FromResult<Outcome<OrderExplanation>>(problem)
            : transactions.TryOutAsync(program.Id, caller, (tx, token) => TryOutAsync(tx, program, order, token), ct);
    }

    private static async Task<Outcome<OrderExplanation>> TryOutAsync(Transaction tx, ReferralProgram program, OrderInput order, CancellationToken ct)
    {
        var recorded = await RecordOrder.RecordAsync(tx, program, order, ct);
        if (!recorded.Succeeded)
            return recorded.Problem;
        await tx.Writes.FlushAsync(tx.Connection, ct);
        return await ExplainOrder.TellAsync(tx.Connection, program, order.OrderId, tx.Now, ct);
    }
}

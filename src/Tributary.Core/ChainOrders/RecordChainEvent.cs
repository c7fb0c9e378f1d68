using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>
/// Applies a report that an order has reached a stage (debridge.md § 4.2). Events may come in any order, any number of times and
/// before their order: what they lead to is the same.
/// </summary>
public sealed class RecordChainEvent(Transactions transactions)
{
    /// <param name="boundTo">The integrator whose orders the caller meets; null: all.</param>
    public Task<Outcome<ChainOutcome>> ExecuteAsync(
        ReferralProgram program, ChainEventReport report, long? boundTo, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(report);
        return transactions.RunAsync(program.Id, caller, (tx, stop) => RecordAsync(tx, program, report, boundTo, stop), ct);
    }

    private static async Task<Outcome<ChainOutcome>> RecordAsync(
        Transaction tx, ReferralProgram program, ChainEventReport report, long? boundTo, CancellationToken ct)
    {
        var snapshot = await ChainSnapshot.LoadAsync(tx, report.OrderId, ct);
        var code = snapshot.Order?.ReferralCode ?? snapshot.Prepared?.Code;
        if (boundTo is { } integrator && (code is null || await OwnCode.FindAsync(tx.Connection, tx.ProgramId, integrator, ct) != code))
            return ChainOrderRecords.NotFound;
        if (snapshot.Order is not null)
        {
            var change = ChainOrderChange.OfKnown(tx, program, snapshot);
            var outcome = await change.ApplyAsync(report, ct);
            change.Write();
            return outcome;
        }
        if (snapshot.Prepared is { } prepared)
        {
            await RecordChainOrder.MakeAsync(tx, program, snapshot, prepared.Facts with { Events = [report] }, ChainOrderSource.Gateway, ct);
            return new ChainOutcome(report.OrderId, ChainOutcomeKind.Applied);
        }
        WaitingEvents.Keep(tx, report);
        return new ChainOutcome(report.OrderId, ChainOutcomeKind.Waiting);
    }
}

using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>What a person or the platform's back end says about an order beside its stages: why it waits, and which way it really went.</summary>
public sealed class ResolveChainOrder(Transactions transactions)
{
    public static readonly IReadOnlyList<string> HoldReasons = ["unprofitable", "compliance", "other"];

    /// <summary>Why nobody fills the order.</summary>
    /// <param name="reason">One of <see cref="HoldReasons"/>; null: none any more.</param>
    public Task<Outcome<ChainOutcome>> HoldAsync(ReferralProgram program, string orderId, string? reason, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync(program.Id, caller, (tx, stop) => HoldAsync(tx, program, orderId, reason, stop), ct);
    }

    /// <summary>
    /// Turns an order that was taken for the wrong branch. Reports of the true one that were refused then are applied now; what
    /// the wrong one had posted is reversed.
    /// </summary>
    public Task<Outcome<ChainOutcome>> TurnAsync(
        ReferralProgram program, string orderId, ChainBranch branch, string reason, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync(program.Id, caller, (tx, stop) => TurnAsync(tx, program, orderId, branch, reason, stop), ct);
    }

    private static async Task<Outcome<ChainOutcome>> HoldAsync(
        Transaction tx, ReferralProgram program, string orderId, string? reason, CancellationToken ct)
    {
        var snapshot = await ChainSnapshot.LoadAsync(tx, orderId, ct);
        if (snapshot.Order is null)
            return ChainOrderRecords.NotFound;
        var change = ChainOrderChange.OfKnown(tx, program, snapshot);
        change.Hold(reason);
        return new ChainOutcome(orderId, change.Write() ? ChainOutcomeKind.Applied : ChainOutcomeKind.Unchanged);
    }

    private static async Task<Outcome<ChainOutcome>> TurnAsync(
        Transaction tx, ReferralProgram program, string orderId, ChainBranch branch, string reason, CancellationToken ct)
    {
        var snapshot = await ChainSnapshot.LoadAsync(tx, orderId, ct);
        if (snapshot.Order is not { } before)
            return ChainOrderRecords.NotFound;
        var present = StageRules.BranchOf(before, snapshot.Stages);
        if (before.Kind == ChainOrderKind.SameChain || present == ChainBranch.None)
            return new Problem(ProblemCode.IllegalTransition, "The order has gone neither way yet.");
        if (present == branch)
            return new ChainOutcome(orderId, ChainOutcomeKind.Unchanged);
        var refused = await RefusedAsync(tx, orderId, ct);
        var change = ChainOrderChange.OfKnown(tx, program, snapshot);
        change.Turn(branch);
        foreach (var report in refused.Where(report => report.State.Branch() == branch))
            await change.ApplyAsync(report, ct);
        change.Write();
        tx.Audit("order.resolved", $"order:{before.Key}", Told(before), Told(change.Order), reason);
        return new ChainOutcome(orderId, ChainOutcomeKind.Applied);
    }

    private static async Task<List<ChainEventReport>> RefusedAsync(Transaction tx, string orderId, CancellationToken ct)
    {
        var refused = new List<ChainEventReport>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            ChainRefusals.OfBranchSql, row => refused.Add(ChainReportJson.ReadEvent(row.GetString(0))), Param.Of(tx.ProgramId), Param.Of(orderId));
        await load.RunAsync(ct);
        return refused;
    }

    private static JsonObject Told(ChainOrder order) => new() { ["orderId"] = order.OrderId, ["state"] = order.State.ToString() };
}

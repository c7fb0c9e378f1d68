using Tributary.Attribution;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>
/// One order while an operation works on it, under the lock of its id: reports are laid over it one after the other, and what
/// came of them is written at the end.
/// </summary>
internal sealed class ChainOrderChange
{
    private readonly Transaction tx;
    private readonly ReferralProgram program;
    private readonly ChainOrder? before;
    private readonly List<ChainStage> stages;
    private readonly List<ChainStage> written = [];
    private readonly IReadOnlyList<FeeRow> fees;
    private CodeOwner? owner;
    private ReferralDecision? decision;

    private ChainOrderChange(Transaction tx, ReferralProgram program, ChainSnapshot snapshot, ChainOrder order)
    {
        this.tx = tx;
        this.program = program;
        before = snapshot.Order;
        stages = snapshot.Stages;
        fees = snapshot.Fees;
        owner = snapshot.Owner;
        Order = order;
    }

    public ChainOrder Order { get; private set; }

    public IReadOnlyList<ChainStage> Stages => stages;

    public static ChainOrderChange OfKnown(Transaction tx, ReferralProgram program, ChainSnapshot snapshot) =>
        new(tx, program, snapshot, snapshot.Order!);

    /// <param name="order">The known order without what the report at hand replaces.</param>
    public static ChainOrderChange OfKnown(Transaction tx, ReferralProgram program, ChainSnapshot snapshot, ChainOrder order) =>
        new(tx, program, snapshot, order);

    /// <summary>An order that is seen for the first time.</summary>
    /// <param name="maker">Its customer.</param>
    /// <param name="owner">Whose its code is; null: it carries none.</param>
    public static ChainOrderChange OfNew(
        Transaction tx, ReferralProgram program, ChainSnapshot snapshot, ChainOrderReport report, ChainOrderSource source, long maker, CodeOwner? owner)
    {
        var empty = NewOrders.Of(report, source, tx.TakeNumber(), maker, tx.Now);
        var change = new ChainOrderChange(tx, program, snapshot, empty) { owner = owner };
        change.Lay(report);
        change.Decide();
        return change;
    }

    /// <summary>Lays over the order what a report adds; the caller has asked for contradictions.</summary>
    public void Lay(ChainOrderReport report)
    {
        Order = new ReportedFacts().Merge(Order, report);
        Take(StageRules.Apply(Order, stages, NewOrders.Creation(report), tx.Now));
        if (report.Kind == ChainOrderKind.SameChain)
            Take(StageRules.Apply(Order, stages, NewOrders.Creation(report) with { State = ChainOrderState.Fulfilled }, tx.Now));
        Refold();
        ChainOrderRows.Tokens(tx, report.Give, report.Take);
    }

    /// <summary>The code came later than the order.</summary>
    public void TakeCode(CodeOwner codes)
    {
        owner = codes;
        Decide();
        ChainOrderRows.Credit(tx, Order, decision!);
    }

    public async Task<ChainOutcome> ApplyAsync(ChainEventReport report, CancellationToken ct)
    {
        var was = Order.State;
        var result = StageRules.Apply(Order, stages, report, tx.Now);
        if (result.Refusal is { } refusal)
        {
            await ChainRefusals.KeepAsync(tx, Order, refusal, [], ChainReportJson.Write(report), ct);
            return new ChainOutcome(report.OrderId, ChainOutcomeKind.Refused, ChainRefusals.ProblemOf(refusal, []));
        }
        if (!result.Changed)
            return new ChainOutcome(report.OrderId, ChainOutcomeKind.Unchanged);
        Order = result.Order;
        Take(result);
        Refold();
        if (Order.State == was)
            ChainNews.DetailsAdded(tx, Order);
        else
            ChainNews.Moved(tx, Order, was);
        return new ChainOutcome(report.OrderId, ChainOutcomeKind.Applied);
    }

    /// <summary>The branch that a person says is the true one: its stages stand, those of the other do not.</summary>
    public void Turn(ChainBranch branch)
    {
        foreach (var stage in stages.Where(stage => stage.State.Branch() != ChainBranch.None).ToList())
        {
            var standing = stage with { Standing = stage.State.Branch() == branch };
            if (standing != stage)
                Keep(standing);
        }
        var was = Order.State;
        if (branch == ChainBranch.Unlock)
            Order = Order with { ExternalCallState = ExternalCallStates.OfRevived(Order.ExternalCallState) };
        Refold();
        if (Order.State != was)
            ChainNews.Moved(tx, Order, was);
    }

    public void Hold(string? reason) => Order = Order with { HoldReason = reason };

    /// <summary>Writes what came of it. Returns whether anything did.</summary>
    public bool Write()
    {
        if (before is null)
            ChainOrderRows.Insert(tx, program, Order, decision!);
        else
            ChainOrderRows.Update(tx, before, Order);
        foreach (var stage in written)
            stage.Write(tx, Order.Key);
        ChainOrderRows.Terms(tx, before, Order, written.Select(stage => stage.TransactionHash).OfType<string>());
        Makers.CountPaid(tx, Order, wasPaid: before is not null && FeePosition.HasEarned(before));
        new FeePosition(tx, program.Settings.DeBridge.ChainTable).Follow(Order, FeePosition.Earns(before, Order), fees, owner);
        return before != Order || written.Count > 0;
    }

    private void Decide()
    {
        decision = ChainCredit.Decide(owner, Order.CreatedAt, tx.Now);
        Order = Order with { ReferrerId = decision.ReferrerId, SelfReferral = owner is { OwnWallet: true } };
    }

    private void Take(StageResult result)
    {
        if (result.Stage is { } stage && !stages.Contains(stage))
            Keep(stage);
    }

    private void Keep(ChainStage stage)
    {
        stages.RemoveAll(known => known.State == stage.State);
        written.RemoveAll(known => known.State == stage.State);
        stages.Add(stage);
        written.Add(stage);
    }

    private void Refold() => Order = Order.Kind == ChainOrderKind.SameChain ? ChainLife.OfSwap(Order, stages) : ChainLife.Of(Order, stages);
}

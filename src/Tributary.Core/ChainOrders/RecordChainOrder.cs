using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>
/// Records an order on chains, or what a report adds to a known one (debridge.md § 4.1): order, Customer, attribution, fee and
/// outbox in one transaction. Idempotent by content: a known value never changes, an unknown one is filled once.
/// </summary>
public sealed class RecordChainOrder(Transactions transactions)
{
    /// <param name="boundTo">The integrator for whom the caller may record; null: for everybody.</param>
    /// <returns>A problem where nothing was read; what contradicts is an outcome of its own, because it is kept.</returns>
    public Task<Outcome<ChainOutcome>> ExecuteAsync(
        ReferralProgram program, ChainOrderReport report, ChainOrderSource source, long? boundTo, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(report);
        return transactions.RunAsync(program.Id, caller, (tx, stop) => RecordAsync(tx, program, report, source, boundTo, stop), ct);
    }

    private static async Task<Outcome<ChainOutcome>> RecordAsync(
        Transaction tx, ReferralProgram program, ChainOrderReport report, ChainOrderSource source, long? boundTo, CancellationToken ct)
    {
        if (boundTo is { } integrator)
        {
            if (!(await OwnCode.OfAsync(tx, integrator, report.Code, ct)).TryGet(out var own, out var problem))
                return problem;
            report = NewOrders.OfBound(report, own);
        }
        var snapshot = await ChainSnapshot.LoadAsync(tx, report.OrderId, report.PreparedOrderId, ct);
        if (boundTo is not null && snapshot.IsOfAnother(report.Code))
            return OwnCode.NotYours;
        return snapshot.Order is { } known
            ? await AddToAsync(tx, program, snapshot, known, report, source, ct)
            : await MakeAsync(tx, program, snapshot, report, source, ct);
    }

    /// <summary>Makes the order of a report that nothing is known of yet, and applies what waited for it.</summary>
    internal static async Task<ChainOutcome> MakeAsync(
        Transaction tx, ReferralProgram program, ChainSnapshot snapshot, ChainOrderReport report, ChainOrderSource source, CancellationToken ct)
    {
        if (snapshot.Prepared is { } prepared)
            report = NewOrders.Over(report, prepared);
        CodeOwner? owner = null;
        var twin = snapshot.Prepared is null && snapshot.Announced?.FitsCode(report.Code) == true ? snapshot.Announced : null;
        if (twin is not null)
            report = NewOrders.WithTwin(report, twin);
        var load = new LoadBatch(tx.Connection);
        var maker = await Makers.FindAsync(load, tx, report.Maker, ct);
        if (report.Code is { } code)
            CodeOwner.Find(load, tx, code, [report.Maker, report.Creator], found => owner = found);
        if (snapshot.Prepared is null && twin is null)
            AddTwin(load, tx, report, found => twin = found);
        await load.RunAsync(ct);
        Makers.Settle(tx, maker);
        if (owner is not null)
            owner = await owner.HeldAsync(tx, [report.Maker, report.Creator], ct);
        if (twin is not null)
            report = NewOrders.WithTwin(report, twin);
        var change = ChainOrderChange.OfNew(tx, program, snapshot, report, source, maker.Id, owner);
        ChainNews.Moved(tx, change.Order, previous: null);
        foreach (var each in report.Events.Concat(snapshot.Waiting))
            await change.ApplyAsync(each, ct);
        change.Write();
        (snapshot.Prepared ?? twin)?.Matched(tx, change.Order);
        if (snapshot.Waiting.Count > 0)
            WaitingEvents.Forget(tx, report.OrderId);
        return new ChainOutcome(report.OrderId, snapshot.Prepared is null ? ChainOutcomeKind.Created : ChainOutcomeKind.Updated);
    }

    private static async Task<ChainOutcome> AddToAsync(
        Transaction tx, ReferralProgram program, ChainSnapshot snapshot, ChainOrder known, ChainOrderReport report, ChainOrderSource source,
        CancellationToken ct)
    {
        var ground = known;
        if (known.Estimated)
        {
            report = report with { Code = known.ReferralCode ?? report.Code };
            ground = NewOrders.WithoutEstimates(known, report, source);
        }
        if (known.PreparedOrderId is null && snapshot.Announced is { } twin && twin.FitsCode(report.Code ?? known.ReferralCode))
        {
            report = NewOrders.WithTwin(report, twin);
            twin.Matched(tx, known);
        }
        if (Refuse(snapshot, ground, report) is { } refused)
            return await KeepAsync(tx, known, report, refused.Refusal, refused.Fields, ct);
        var change = ChainOrderChange.OfKnown(tx, program, snapshot, ground);
        change.Lay(report);
        if (known.ReferralCode is null && report.Code is { } code)
            change.TakeCode(await FindOwnerAsync(tx, code, [known.Maker, change.Order.Creator], ct));
        if (change.Order != known)
            ChainNews.DetailsAdded(tx, change.Order);
        foreach (var each in report.Events)
            await change.ApplyAsync(each, ct);
        return new ChainOutcome(report.OrderId, change.Write() ? ChainOutcomeKind.Updated : ChainOutcomeKind.Unchanged);
    }

    private static (ChainRefusal Refusal, IReadOnlyList<string> Fields)? Refuse(ChainSnapshot snapshot, ChainOrder known, ChainOrderReport report)
    {
        if (known.ReferralCode is { } code && report.Code is { } other && code != other)
            return (ChainRefusal.CodeConflict, []);
        var facts = new ReportedFacts();
        facts.Merge(known, report);
        facts.CompareCreation(snapshot.Stages.FirstOrDefault(stage => stage.State == ChainOrderState.Created), report);
        return facts.Conflicts.Count > 0 ? (ChainRefusal.OrderConflict, facts.Conflicts) : null;
    }

    private static async Task<ChainOutcome> KeepAsync(
        Transaction tx, ChainOrder known, ChainOrderReport report, ChainRefusal refusal, IReadOnlyList<string> fields, CancellationToken ct)
    {
        await ChainRefusals.KeepAsync(tx, known, refusal, fields, ChainReportJson.Write(report), ct);
        return new ChainOutcome(report.OrderId, ChainOutcomeKind.Refused, ChainRefusals.ProblemOf(refusal, fields));
    }

    private static void AddTwin(LoadBatch load, Transaction tx, ChainOrderReport report, Action<PreparedOrder> found) => load.Query(
        PreparedOrder.TwinSql,
        row => found(PreparedOrder.Read(row)),
        Param.Of(tx.ProgramId), Param.Of(report.Maker), Param.Of(report.Code), Param.Of(report.Give.ChainId), Param.Of(report.Give.Token),
        Param.Of(report.Take.ChainId), Param.Of(report.Take.Token), Param.Of(tx.Now));

    private static async Task<CodeOwner> FindOwnerAsync(Transaction tx, long code, IReadOnlyCollection<string?> wallets, CancellationToken ct)
    {
        CodeOwner? owner = null;
        var load = new LoadBatch(tx.Connection);
        CodeOwner.Find(load, tx, code, wallets, found => owner = found);
        await load.RunAsync(ct);
        return await owner!.HeldAsync(tx, wallets, ct);
    }
}

namespace Tributary.ChainOrders;

/// <summary>Why a report changes nothing.</summary>
public enum ChainRefusal
{
    /// <summary>The order is known with other values.</summary>
    OrderConflict,

    /// <summary>The order is known with another code.</summary>
    CodeConflict,

    /// <summary>The stage is known by another transaction.</summary>
    EventConflict,

    /// <summary>The order has gone the other way.</summary>
    StateConflict,
}

/// <summary>What an event makes of an order: a pure function of what is known, whose result does not depend on the order of events.</summary>
/// <param name="Stage">The stage as it is known now; null: refused.</param>
/// <param name="Refusal">Null: taken.</param>
internal sealed record StageResult(ChainOrder Order, ChainStage? Stage, bool Changed, ChainRefusal? Refusal);

/// <summary>The state machine of debridge.md § 5.2.</summary>
internal static class StageRules
{
    public static StageResult Apply(ChainOrder order, IReadOnlyList<ChainStage> stages, ChainEventReport report, DateTimeOffset now)
    {
        if (order.Kind == ChainOrderKind.SameChain && report.State.Rank() > 1)
            return new StageResult(order, null, false, ChainRefusal.StateConflict);
        var branch = BranchOf(order, stages);
        if (report.State.Branch() is not ChainBranch.None and var way && branch is not ChainBranch.None && way != branch)
            return new StageResult(order, null, false, ChainRefusal.StateConflict);
        var known = stages.FirstOrDefault(stage => stage.State == report.State && stage.Standing);
        if (known is not null && Contradicts(known, report))
            return new StageResult(order, null, false, ChainRefusal.EventConflict);
        var stage = known is null ? NewStage(report, now) : Filled(known, report);
        var after = IsReplaced(known, report) ? order : WithFacts(order, report, replaces: Replaces(known, report));
        return new StageResult(after, stage, stage != known || after != order, null);
    }

    /// <summary>The branch that the order has taken; a resolved one is known by the stages of the other that do not stand any more.</summary>
    public static ChainBranch BranchOf(ChainOrder order, IReadOnlyList<ChainStage> stages)
    {
        if (order.State.Branch() is not ChainBranch.None and var taken)
            return taken;
        var given = stages.FirstOrDefault(stage => !stage.Standing)?.State.Branch() ?? ChainBranch.None;
        return given switch
        {
            ChainBranch.None => ChainBranch.None,
            ChainBranch.Unlock => ChainBranch.Cancel,
            ChainBranch.Cancel => ChainBranch.Unlock,
        };
    }

    /// <summary>Another transaction, unless one says that it replaced the other.</summary>
    private static bool Contradicts(ChainStage known, ChainEventReport report) =>
        known.TransactionHash is { } hash && report.TransactionHash is { } other && hash != other
        && report.Supersedes != hash && known.Supersedes != other;

    private static bool IsOther(ChainStage? known, ChainEventReport report) =>
        known?.TransactionHash is { } hash && report.TransactionHash is { } other && hash != other;

    /// <summary>The known transaction took the place of the reported one, of which nothing counts any more.</summary>
    private static bool IsReplaced(ChainStage? known, ChainEventReport report) =>
        IsOther(known, report) && known!.Supersedes == report.TransactionHash;

    /// <summary>The reported transaction takes the place of the known one, and what it says that of what the other said.</summary>
    private static bool Replaces(ChainStage? known, ChainEventReport report) =>
        IsOther(known, report) && report.Supersedes == known!.TransactionHash;

    private static ChainStage NewStage(ChainEventReport report, DateTimeOffset now) => new(
        report.State, Standing: true, report.TransactionHash, report.BlockNumber, report.BlockHash, report.BlockTimestamp,
        report.Initiator, report.SubmissionId, report.Supersedes, now);

    private static ChainStage Filled(ChainStage known, ChainEventReport report)
    {
        if (IsReplaced(known, report))
            return known;
        if (Replaces(known, report))
            return NewStage(report, known.ReceivedAt);
        return known with
        {
            TransactionHash = known.TransactionHash ?? report.TransactionHash,
            BlockNumber = known.BlockNumber ?? report.BlockNumber,
            BlockHash = known.BlockHash ?? report.BlockHash,
            OccurredAt = known.OccurredAt ?? report.BlockTimestamp,
            Initiator = known.Initiator ?? report.Initiator,
            SubmissionId = known.SubmissionId ?? report.SubmissionId,
            Supersedes = known.Supersedes ?? report.Supersedes,
        };
    }

    private static ChainOrder WithFacts(ChainOrder order, ChainEventReport report, bool replaces)
    {
        var ofChain = report.AffiliateAmount is not null && (replaces || order.AffiliateAmount is null || order.AffiliateEstimated);
        var unpaid = report.AffiliatePaid == false;
        return AffiliateFees.Computed(order with
        {
            Taker = Known(order.Taker, report.Taker),
            UnlockAuthority = Known(order.UnlockAuthority, report.UnlockAuthority),
            TakeFinalAmount = Known(order.TakeFinalAmount, report.TakeFinalAmount),
            GiveFinalAmount = Known(order.GiveFinalAmount, report.GiveFinalAmount),
            ActualFulfillAmount = Known(order.ActualFulfillAmount, report.ActualFulfillAmount),
            CancelBeneficiary = Known(order.CancelBeneficiary, report.CancelBeneficiary),
            ExternalCallState = ExternalCallStates.Latest(order.ExternalCallState, report.ExternalCallState ?? ExternalCallState.NoExtCall),
            AffiliateAmount = ofChain ? report.AffiliateAmount : order.AffiliateAmount,
            AffiliateEstimated = order.AffiliateEstimated && !ofChain,
            AffiliateUnpaid = unpaid || (order.AffiliateUnpaid && !(replaces && report.State == ChainOrderState.ClaimedUnlock)),
        });

        T? Known<T>(T? known, T? reported) => replaces ? reported ?? known : known ?? reported;
    }
}

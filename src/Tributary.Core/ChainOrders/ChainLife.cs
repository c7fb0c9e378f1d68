namespace Tributary.ChainOrders;

/// <summary>Where an order stands, by the stages that it has reached: the same set gives the same answer, whatever came first.</summary>
internal static class ChainLife
{
    public static ChainOrder Of(ChainOrder order, IReadOnlyList<ChainStage> stages)
    {
        var standing = stages.Where(stage => stage.Standing).ToList();
        var state = standing.Count == 0 ? ChainOrderState.Created : standing.MaxBy(stage => stage.State.Rank())!.State;
        return order with
        {
            State = state,
            CreatedAt = Reached(standing, 0) ?? order.ReceivedAt,
            CreatedEstimated = standing.All(stage => stage.State != ChainOrderState.Created || stage.OccurredAt is null),
            FulfilledAt = state.Branch() == ChainBranch.Unlock ? Reached(standing, 1) : null,
            CancelledAt = state.Branch() == ChainBranch.Cancel ? Reached(standing, 1) : null,
            FinalAt = state.IsFinal() ? Reached(standing, 3) : null,
            ExternalCallState = state.Branch() == ChainBranch.Cancel ? ExternalCallStates.OfCancelled(order.ExternalCallState) : order.ExternalCallState,
            NextCheckAt = state.IsFinal() ? null : order.NextCheckAt ?? order.ReceivedAt,
        };
    }

    /// <summary>A same-chain swap is done when it is recorded.</summary>
    public static ChainOrder OfSwap(ChainOrder swap, IReadOnlyList<ChainStage> stages)
    {
        var made = Of(swap, stages);
        return made with { State = ChainOrderState.Fulfilled, FulfilledAt = made.CreatedAt, FinalAt = made.CreatedAt, NextCheckAt = null };
    }

    /// <summary>
    /// When a stage was reached: its own time, else the earliest of those of later stages, else when it or a later one was
    /// first heard of.
    /// </summary>
    private static DateTimeOffset? Reached(List<ChainStage> standing, int rank)
    {
        var own = standing.FirstOrDefault(stage => stage.State.Rank() == rank)?.OccurredAt;
        if (own is not null)
            return own;
        var fromHere = standing.Where(stage => stage.State.Rank() >= rank).ToList();
        return fromHere.Min(stage => stage.OccurredAt) ?? (fromHere.Count == 0 ? null : fromHere.Min(stage => stage.ReceivedAt));
    }
}

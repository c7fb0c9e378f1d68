using Tributary.Primitives;

namespace Tributary.ChainOrders;

public enum ChainOutcomeKind
{
    /// <summary>The order was not known.</summary>
    Created,

    /// <summary>Gaps were filled.</summary>
    Updated,

    /// <summary>Everything was known.</summary>
    Unchanged,

    /// <summary>It contradicts what is known: nothing changed, and the report is kept for support.</summary>
    Refused,

    /// <summary>The event moved the order, or filled what was not known of it.</summary>
    Applied,

    /// <summary>The event's order is not known yet.</summary>
    Waiting,
}

/// <summary>What became of a report.</summary>
/// <param name="Problem">Where it was refused.</param>
public sealed record ChainOutcome(string OrderId, ChainOutcomeKind Kind, Problem? Problem = null);

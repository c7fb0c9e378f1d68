namespace Tributary.Attribution;

public enum MomentKind
{
    /// <summary>The customer registers, or is imported.</summary>
    SignUp,

    /// <summary>A later call about a customer, without an order.</summary>
    Update,
    Order,
}

/// <summary>The customer as read from the database.</summary>
/// <param name="ReferrerActive">Whether that referrer may earn now.</param>
public sealed record ExistingAttribution(long ReferrerId, Via Via, DateTimeOffset DecidedAt, bool ReferrerActive = true);

/// <summary>
/// The event that is attributed and what is known of its customer at that moment. Together with the touches it is all
/// that a decision depends on, so the same event decided again later, when a late click has come, is decided alike.
/// </summary>
public sealed record AttributionMoment
{
    public required MomentKind Kind { get; init; }

    /// <summary>The event's own time, by which windows are judged (CL-91); its arrival where callers' clocks mean nothing.</summary>
    public required DateTimeOffset EventAt { get; init; }

    /// <summary>When the event first reached us: the present, unless it is decided again.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Null when the customer is registered by this very event, or not yet.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>Orders of the customer recorded before this event, refunded ones included.</summary>
    public int PriorOrders { get; init; }

    /// <summary>When the first of them arrived.</summary>
    public DateTimeOffset? OldestPriorOrderAt { get; init; }

    /// <summary>The merchant says that the customer is not new, or remembers it from before it was deleted.</summary>
    public bool KnownBefore { get; init; }

    /// <summary>History that is imported on purpose may be as old as it is.</summary>
    public bool Imported { get; init; }
}

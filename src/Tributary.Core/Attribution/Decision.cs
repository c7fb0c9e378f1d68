namespace Tributary.Attribution;

/// <summary>What a decision changes.</summary>
public enum DecisionEffect
{
    /// <summary>Nobody is credited.</summary>
    None,

    /// <summary>The customer's referrer from before is credited; nothing changes.</summary>
    Stands,

    /// <summary>The referrer becomes the customer's, for good.</summary>
    LocksCustomer,

    /// <summary>A person moved the customer to another referrer; its unpaid rewards move too (CL-95).</summary>
    MovesCustomer,

    /// <summary>This order is credited, the customer stays where it is.</summary>
    ThisOrderOnly,
}

/// <summary>What became of one touch, or of the customer's attribution from before.</summary>
/// <param name="TouchId">Null for the attribution from before.</param>
/// <param name="ReferrerId">Null where none was found.</param>
/// <param name="At">The touch's own time.</param>
/// <param name="Lead">How long before the event it was; negative after it.</param>
/// <param name="Text">As typed.</param>
/// <param name="Parameter">A click's verdict or a fraud rule, where the reason speaks of one.</param>
public sealed record TouchOutcome(
    Via Via,
    string? TouchId,
    long? ReferrerId,
    DateTimeOffset At,
    TimeSpan Lead,
    string? Text,
    TouchReason Reason,
    string? Parameter = null)
{
    /// <summary>The link it names; null: none.</summary>
    public long? LinkId { get; init; }

    /// <summary>The stable word, such as <c>out_of_window</c> or <c>invalid_bot</c>.</summary>
    public string Code => TouchReasonText.Of(Reason, Parameter);
}

/// <summary>Who is credited, and why nobody else.</summary>
/// <param name="Winner">The touch that decided; null for the attribution from before and for nobody.</param>
/// <param name="Explanation">Every touch and the attribution from before, in an order that does not depend on the input's.</param>
public sealed record Decision(
    long? ReferrerId,
    Via? Via,
    DecisionEffect Effect,
    Touch? Winner,
    IReadOnlyList<TouchOutcome> Explanation)
{
    public TouchOutcome? OutcomeOf(string touchId) => Explanation.FirstOrDefault(outcome => outcome.TouchId == touchId);
}

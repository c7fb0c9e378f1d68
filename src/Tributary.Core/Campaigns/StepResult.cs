using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>A campaign as it stands for a cause: its state, and the version that was in effect at the cause's time.</summary>
internal sealed record ActiveCampaign(
    long Id,
    string Name,
    int Version,
    CampaignState State,
    CampaignDefinition Definition,
    DateTimeOffset? StartsAt = null,
    DateTimeOffset? EndsAt = null);

/// <summary>Whom a cause concerns.</summary>
internal sealed record Parties
{
    public required long CustomerId { get; init; }

    public bool Guest { get; init; }

    /// <summary>Null: nobody referred the customer, or for this cause nobody counts.</summary>
    public long? ReferrerId { get; init; }

    public bool ReferrerActive { get; init; } = true;

    /// <summary>When it was decided who referred the customer; months run from here.</summary>
    public DateTimeOffset? AttributedAt { get; init; }
}

/// <summary>What the programme settles where a campaign says nothing.</summary>
/// <param name="HoldDays">Of a campaign that sets no hold.</param>
/// <param name="RewardFreeOrders">Whether fixed amounts are paid for an order of 0 (MO-25).</param>
/// <param name="FixedProportional">Whether a fixed amount shrinks with partial refunds (MO-27).</param>
internal sealed record RewardDefaults(int HoldDays = 30, bool RewardFreeOrders = false, bool FixedProportional = false);

/// <summary>What became of a step at one cause: <see cref="NotReached"/> or <see cref="Reached"/>.</summary>
internal abstract record StepResult
{
    private protected StepResult()
    {
    }
}

internal sealed record NotReached(Reason Reason) : StepResult;

/// <param name="Lines">One result for each of the step's lines.</param>
/// <param name="Usage">What to add to the usage rows.</param>
/// <param name="FrozenConditions">
/// For <see cref="Recomputation.StillReached"/>: how each condition that refunds cannot change was judged; empty without conditions.
/// </param>
internal sealed record Reached(
    IReadOnlyList<LineResult> Lines, IReadOnlyList<UsageDelta> Usage, string FrozenConditions) : StepResult;

/// <summary>What became of a line: <see cref="LineEarned"/> or <see cref="LineSkipped"/>.</summary>
internal abstract record LineResult(CampaignLine Line);

internal sealed record LineSkipped(CampaignLine Line, Reason Reason) : LineResult(Line);

/// <param name="Unit">Null for coupons and what the merchant carries out: they have no amount (MO-55).</param>
/// <param name="Amount">Smallest parts of the unit; 0 without one.</param>
/// <param name="Computed">What the rule gives before limits.</param>
/// <param name="Cap">The headroom at this moment, which the reward keeps as its limit; null: none.</param>
/// <param name="ClampedBy">What cut <paramref name="Computed"/> down; null: nothing.</param>
internal sealed record LineEarned(
    CampaignLine Line,
    long RecipientId,
    Unit? Unit,
    BigInteger Amount,
    BigInteger Computed,
    BigInteger? Cap,
    ClampedBy? ClampedBy,
    int HoldDays,
    DateTimeOffset AvailableAt) : LineResult(Line)
{
    public RewardRole Role => Line.Recipient;

    public RewardKind Kind => Line.Amount.Kind;

    /// <summary>The terms of the coupon to be made, where it is one.</summary>
    public CouponTerms? Coupon => (Line.Amount as CouponAmount)?.Terms;
}

/// <summary>What kept an amount below what its rule gives.</summary>
internal enum ClampedBy
{
    OrderCap,
    LineCap,
    Budget,
}

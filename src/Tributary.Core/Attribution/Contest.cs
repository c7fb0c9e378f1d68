using Tributary.Programs;

namespace Tributary.Attribution;

/// <summary>
/// One decision: touches without fault stand against each other and against the customer's referrer from before, and
/// the first by precedence wins.
/// </summary>
internal sealed class Contest(AttributionRules rules, ExistingAttribution? existing, AttributionMoment moment)
{
    private readonly IReadOnlyList<Via> precedence = rules.PrecedenceAt(moment, existing is not null);
    private readonly List<TouchOutcome> outcomes = [];

    public Decision Decide(IReadOnlyList<Touch> touches)
    {
        var sound = touches.Where(IsSound).ToList();
        var manual = Best(sound.Where(touch => touch.Kind == TouchKind.Manual));
        var standing = sound.Where(touch => Stands(touch, manual)).ToList();
        var winner = Winner(standing, manual);
        foreach (var touch in standing)
            Record(touch, touch == winner ? TouchReason.Won : ReasonOfLoss(touch, winner));
        if (existing is not null)
            outcomes.Add(OfExisting(existing, winner));
        var explanation = InStableOrder();
        return winner is not null
            ? new Decision(winner.ReferrerId, winner.Via, EffectOf(winner), winner, explanation)
            : ExistingCounts()
                ? new Decision(existing!.ReferrerId, Via.Existing, DecisionEffect.Stands, null, explanation)
                : new Decision(null, null, DecisionEffect.None, null, explanation);
    }

    /// <summary>Free of faults of its own.</summary>
    private bool IsSound(Touch touch)
    {
        if (TouchChecks.Fault(touch, rules, moment) is not { } fault)
            return true;
        Record(touch, fault.Reason, fault.Parameter);
        return false;
    }

    /// <summary>
    /// Not shut out by what is settled: a person's claim, or the customer's referrer. Both come before the question
    /// whether the customer is new, so that the explanation names what really decided.
    /// </summary>
    private bool Stands(Touch touch, Touch? manual)
    {
        TouchReason? reason = touch.Kind == TouchKind.Manual ? null
            : manual is not null ? TouchReason.OutrankedByManual
            : IsLockedAgainst(touch.Via) ? TouchReason.CustomerLocked
            : TouchChecks.FaultOfCustomer(touch, rules, moment);
        if (reason is { } lost)
            Record(touch, lost);
        return reason is null;
    }

    /// <summary>Decided is decided, except for an order that the scope or its precedence decides by itself (CL-92).</summary>
    private bool IsLockedAgainst(Via via) =>
        existing is not null
        && (moment.Kind != MomentKind.Order || rules.Scope == AttributionScope.Customer)
        && ComesBefore(Via.Existing, via);

    /// <summary>
    /// A customer stays with its referrer even while that one is switched off: whether it then earns is the rewards'
    /// question. An order decided by itself goes on to whoever is active.
    /// </summary>
    private bool ExistingCounts() =>
        existing is not null
        && (existing.ReferrerActive || moment.Kind != MomentKind.Order || rules.Scope == AttributionScope.Customer);

    private Touch? Winner(List<Touch> standing, Touch? manual)
    {
        if (manual is not null)
            return manual;
        foreach (var via in precedence)
        {
            if (via == Via.Existing && ExistingCounts())
                return null;
            if (Best(standing.Where(touch => touch.Via == via)) is { } best)
                return best;
        }
        return null;
    }

    /// <summary>Of one kind: the newest manual claim, the click of the model, the claim that is asked first.</summary>
    private Touch? Best(IEnumerable<Touch> touches)
    {
        var newest = touches.OrderByDescending(touch => touch.At).ThenByDescending(touch => touch.Id, StringComparer.Ordinal).ToList();
        if (newest.Count == 0)
            return null;
        return newest[0].Kind switch
        {
            TouchKind.Manual => newest[0],
            TouchKind.Click => rules.ClickModel switch { ClickModel.Last => newest[0], ClickModel.First => newest[^1] },
            TouchKind.Coupon or TouchKind.Code => newest.AsEnumerable().Reverse().MinBy(touch => touch.Rank),
        };
    }

    private TouchReason ReasonOfLoss(Touch touch, Touch? winner)
    {
        if (winner is null)
            return TouchReason.OutrankedByExisting;
        if (touch.Kind != TouchKind.Click || winner.Kind != TouchKind.Click)
            return OutrankedBy(winner.Via);
        return rules.ClickModel switch { ClickModel.Last => TouchReason.OlderClick, ClickModel.First => TouchReason.NewerClick };
    }

    private DecisionEffect EffectOf(Touch winner)
    {
        if (moment.Kind == MomentKind.Order && rules.Scope == AttributionScope.Order)
            return DecisionEffect.ThisOrderOnly;
        if (existing is null)
            return DecisionEffect.LocksCustomer;
        if (winner.Kind != TouchKind.Manual)
            return DecisionEffect.ThisOrderOnly;
        return winner.ReferrerId == existing.ReferrerId ? DecisionEffect.Stands : DecisionEffect.MovesCustomer;
    }

    private TouchOutcome OfExisting(ExistingAttribution attribution, Touch? winner)
    {
        var reason = !ExistingCounts() ? TouchReason.ReferrerInactive
            : winner is null ? TouchReason.Won
            : OutrankedBy(winner.Via);
        var before = moment.EventAt - attribution.DecidedAt;
        return new TouchOutcome(Via.Existing, null, attribution.ReferrerId, attribution.DecidedAt, before, null, reason);
    }

    private static TouchReason OutrankedBy(Via via) => via switch
    {
        Via.Manual => TouchReason.OutrankedByManual,
        Via.Existing => TouchReason.OutrankedByExisting,
        Via.Coupon => TouchReason.OutrankedByCoupon,
        Via.Code => TouchReason.OutrankedByCode,
        Via.Click => TouchReason.OutrankedByClick,
    };

    private bool ComesBefore(Via first, Via second) => Place(first) < Place(second);

    private int Place(Via via)
    {
        var place = 0;
        while (precedence[place] != via)
            place++;
        return place;
    }

    private void Record(Touch touch, TouchReason reason, string? parameter = null) => outcomes.Add(
        new TouchOutcome(touch.Via, touch.Id, touch.ReferrerId, touch.At, moment.EventAt - touch.At, touch.Text, reason, parameter) { LinkId = touch.LinkId });

    private List<TouchOutcome> InStableOrder() =>
    [
        .. outcomes
            .OrderBy(outcome => Place(outcome.Via))
            .ThenByDescending(outcome => outcome.At)
            .ThenByDescending(outcome => outcome.TouchId, StringComparer.Ordinal),
    ];
}

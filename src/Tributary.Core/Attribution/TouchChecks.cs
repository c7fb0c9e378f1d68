using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;

namespace Tributary.Attribution;

/// <summary>
/// What is wrong with one touch, looked at alone: the first check that fails is its reason. The order is that of the
/// checks of a code (gameball.md 4.1): what it names, its referrer's state, itself, the circle, then the customer.
/// </summary>
internal static class TouchChecks
{
    /// <summary>The rule by which backdated events are refused.</summary>
    private const string Backdating = "f23";

    /// <summary>Faults of the touch itself, whoever else claims the event; null when there is none.</summary>
    public static (TouchReason Reason, string? Parameter)? Fault(Touch touch, AttributionRules rules, AttributionMoment moment)
    {
        if (FaultOfFinding(touch.Finding) is { } unfound)
            return (unfound, null);
        if (touch.Verdict != Touch.Valid && !(touch.Verdict == Touch.Duplicate && touch.OriginalCounts))
            return (TouchReason.Invalid, touch.Verdict);
        if (FaultOfTime(touch, rules, moment) is { } mistimed)
            return (mistimed, null);
        if (!touch.ReferrerActive)
            return (TouchReason.ReferrerInactive, null);
        if (IsSelfReferral(touch, rules))
            return (TouchReason.SelfReferral, null);
        if (touch.ReferredByFriend)
            return (TouchReason.Circular, null);
        return FraudRule(touch, rules, moment) is { } rule ? (TouchReason.Fraud, rule) : null;
    }

    /// <summary>
    /// Whether the customer is too old for this touch. With an order that is asked first, because a person may register
    /// long before the first order; without one the time since registration is (checks 7a and 7b).
    /// </summary>
    public static TouchReason? FaultOfCustomer(Touch touch, AttributionRules rules, AttributionMoment moment)
    {
        if (touch.Kind == TouchKind.Manual)
            return null;
        var notNew = MustBeNew(touch, rules) && !IsNew(rules, moment);
        var late = touch.Kind != TouchKind.Coupon && IsTooLate(rules, moment);
        if (moment.Kind == MomentKind.Order)
            return notNew ? TouchReason.CustomerNotNew : late ? TouchReason.CodeTooLate : null;
        return late ? TouchReason.CodeTooLate : notNew ? TouchReason.CustomerNotNew : null;
    }

    private static TouchReason? FaultOfFinding(TouchFinding finding) => finding switch
    {
        TouchFinding.Referrer => null,
        TouchFinding.UnknownCode => TouchReason.UnknownCode,
        TouchFinding.UnknownClick => TouchReason.UnknownClick,
        TouchFinding.AmbiguousCode => TouchReason.AmbiguousCode,
        TouchFinding.ExpiredCode => TouchReason.ExpiredCode,
        TouchFinding.ClickNotHereYet => TouchReason.ClickNotHereYet,
        TouchFinding.CouponUnknown => TouchReason.CouponUnknown,
        TouchFinding.CouponUnbound => TouchReason.CouponUnbound,
        TouchFinding.CouponInactive => TouchReason.CouponInactive,
        TouchFinding.CouponExpired => TouchReason.CouponExpired,
        TouchFinding.CouponExhausted => TouchReason.CouponExhausted,
        TouchFinding.CouponNotFirstOrder => TouchReason.CouponNotFirstOrder,
        TouchFinding.CouponMinimum => TouchReason.CouponMinimum,
        TouchFinding.CouponOtherCustomer => TouchReason.CouponOtherCustomer,
    };

    /// <summary>
    /// Times ahead of ours are refused for all but a person's claim (F23). Only clicks have an order before which they
    /// must lie and a window; a bare code or coupon has its own expiry.
    /// </summary>
    private static TouchReason? FaultOfTime(Touch touch, AttributionRules rules, AttributionMoment moment)
    {
        var latest = moment.ReceivedAt + Limits.ClockSkew;
        if (touch.Kind != TouchKind.Manual && (touch.At > latest || moment.EventAt > latest))
            return TouchReason.Future;
        if (touch.Kind != TouchKind.Click)
            return null;
        if (touch.At > moment.EventAt)
            return TouchReason.AfterEvent;

        // Whole seconds: the boundary belongs to the window to the second (CL-90).
        var age = (moment.EventAt - touch.At).Ticks / TimeSpan.TicksPerSecond;
        return rules.WindowDays > 0 && age > rules.WindowDays * 86_400L ? TouchReason.OutOfWindow : null;
    }

    private static bool IsSelfReferral(Touch touch, AttributionRules rules) =>
        !rules.SelfReferralAllowed && !touch.SelfReferralExempt && touch.SelfMatch switch
        {
            SelfMatch.None => false,
            SelfMatch.Contact => rules.SelfReferralByContact,
            SelfMatch.Customer => true,
        };

    private static string? FraudRule(Touch touch, AttributionRules rules, AttributionMoment moment)
    {
        if (touch.Kind == TouchKind.Manual)
            return null;
        var backdated = !moment.Imported && moment.EventAt < moment.ReceivedAt - rules.MostBackdating;
        return backdated ? Backdating : touch.FraudRule;
    }

    private static bool MustBeNew(Touch touch, AttributionRules rules) =>
        rules.NewCustomersOnly ?? touch.ReferrerKind == ReferrerKind.Customer;

    /// <summary>
    /// New is who has not ordered before. Without an order of its own, the event overlooks orders that came within the
    /// code window: a checkout may send customer and order at once, and either may arrive first.
    /// </summary>
    private static bool IsNew(AttributionRules rules, AttributionMoment moment)
    {
        if (moment.KnownBefore)
            return false;
        if (moment.PriorOrders == 0)
            return true;
        return moment.Kind != MomentKind.Order
            && rules.CodeWindow is { } window
            && moment.OldestPriorOrderAt >= moment.EventAt - window;
    }

    private static bool IsTooLate(AttributionRules rules, AttributionMoment moment)
    {
        if (moment.RegisteredAt is not { } registered)
            return false;
        if (moment.Kind == MomentKind.Order)
            return rules.Scope == AttributionScope.Customer && moment.EventAt - registered > rules.FirstOrderWithin;
        return rules.CodeWindow is { } window ? moment.EventAt - registered > window : moment.PriorOrders > 0;
    }
}

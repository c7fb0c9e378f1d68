using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Attribution;

/// <summary>
/// A programme's rules of attribution and the one function that applies them. It is pure: no clock, no database, no
/// chance; the same snapshot gives the same decision whenever it is asked.
/// </summary>
public sealed record AttributionRules
{
    private static readonly IReadOnlyList<Via> CustomerPrecedence = [Via.Manual, Via.Existing, Via.Coupon, Via.Code, Via.Click];
    private static readonly IReadOnlyList<Via> OrderPrecedence = [Via.Manual, Via.Coupon, Via.Code, Via.Existing, Via.Click];

    public AttributionScope Scope { get; init; } = AttributionScope.Customer;

    public ClickModel ClickModel { get; init; } = ClickModel.Last;

    /// <summary>How old a click may be at the event, in days of 24 hours; 0 is without limit.</summary>
    public int WindowDays { get; init; } = 30;

    /// <summary>What wins over what; null is the scope's own order.</summary>
    public IReadOnlyList<Via>? Precedence { get; init; }

    /// <summary>Null: only new customers where the referrer is a customer, any where it is a partner or integrator.</summary>
    public bool? NewCustomersOnly { get; init; }

    public bool SelfReferralAllowed { get; init; }

    /// <summary>Whether equal contact data also counts as referring oneself.</summary>
    public bool SelfReferralByContact { get; init; } = true;

    /// <summary>Whether a coupon on an order of an attributed customer decides that order.</summary>
    public bool CouponOverrides { get; init; } = true;

    /// <summary>How long after registration a code may come without an order; null: until the first paid order.</summary>
    public TimeSpan? CodeWindow { get; init; }

    /// <summary>How long after registration an order may still bring a code; null: any time.</summary>
    public TimeSpan? FirstOrderWithin { get; init; }

    /// <summary>How old an event may be when it arrives, unless it is imported (F23).</summary>
    public TimeSpan MostBackdating { get; init; } = TimeSpan.FromDays(60);

    /// <summary>The rules of a programme, with the two windows that a face may set for its own calls.</summary>
    public static AttributionRules Of(AttributionSettings settings, TimeSpan? codeWindow = null, TimeSpan? firstOrderWithin = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new AttributionRules
        {
            Scope = settings.Scope,
            ClickModel = settings.ClickModel,
            WindowDays = settings.WindowDays,
            Precedence = CheckPrecedence(settings.Precedence).Match(order => order, _ => null),
            NewCustomersOnly = settings.NewCustomersOnly,
            SelfReferralAllowed = settings.SelfReferralAllowed,
            SelfReferralByContact = settings.SelfReferralByContact,
            CouponOverrides = settings.CouponOverrides,
            CodeWindow = codeWindow ?? Span(settings.CodeWindowSeconds, 1),
            FirstOrderWithin = firstOrderWithin ?? Span(settings.FirstOrderWithinDays, 86_400),
        };
    }

    /// <summary>An order of precedence names each way once and begins with the manual claim; null or empty is the scope's own.</summary>
    public static Outcome<IReadOnlyList<Via>?> CheckPrecedence(IReadOnlyList<string>? words)
    {
        if (words is null or { Count: 0 })
            return Outcome.Of<IReadOnlyList<Via>?>(null);
        var order = new List<Via>();
        foreach (var word in words)
            if (ViaText.TryParse(word, out var via))
                order.Add(via);
        return order.Count == words.Count && order.Count == CustomerPrecedence.Count
            && order.Distinct().Count() == order.Count && order[0] == Via.Manual
            ? Outcome.Of<IReadOnlyList<Via>?>(order)
            : new Problem(ProblemCode.InvalidValue, "A precedence begins with manual and names existing, coupon, code and click once.", "precedence");
    }

    /// <summary>
    /// Decides who is credited for an event. The result depends on the set of touches alone: their order, repetitions
    /// and touches that do not count change nothing (CL-93).
    /// </summary>
    public Decision Decide(ExistingAttribution? existing, IEnumerable<Touch> touches, AttributionMoment moment)
    {
        ArgumentNullException.ThrowIfNull(touches);
        ArgumentNullException.ThrowIfNull(moment);
        return new Contest(this, existing, moment).Decide(touches.Distinct().ToList());
    }

    /// <summary>
    /// The precedence that holds at a moment. Once a customer has a referrer only a manual claim takes it away, so at
    /// sign-ups and updates nothing else comes before it; at orders a coupon may, or may not.
    /// </summary>
    internal IReadOnlyList<Via> PrecedenceAt(AttributionMoment moment, bool hasReferrer)
    {
        var order = Precedence ?? (Scope == AttributionScope.Customer ? CustomerPrecedence : OrderPrecedence);
        if (!hasReferrer)
            return order;
        if (moment.Kind != MomentKind.Order)
            return [Via.Manual, Via.Existing, .. order.Where(via => via is not (Via.Manual or Via.Existing))];
        if (Scope == AttributionScope.Order)
            return order;
        var couponFirst = order.TakeWhile(via => via != Via.Existing).Contains(Via.Coupon);
        return couponFirst == CouponOverrides
            ? order
            : [.. order.Where(via => via != Via.Coupon).SelectMany(via => via != Via.Existing ? [via] : ExistingWithCoupon())];
    }

    private Via[] ExistingWithCoupon() => CouponOverrides ? [Via.Coupon, Via.Existing] : [Via.Existing, Via.Coupon];

    private static TimeSpan? Span(int? count, int seconds) =>
        count is { } n ? TimeSpan.FromSeconds((long)n * seconds) : null;
}

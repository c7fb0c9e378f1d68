namespace Tributary.Attribution;

/// <param name="ClickId">The click that named it; null: something else did.</param>
public sealed record CreditedLink(long LinkId, Guid? ClickId);

/// <summary>
/// Which link of the credited referrer an event is counted for (clicks.md § 9, partnero.md § 5.3): the link of an address that
/// was named, of the click named by its id, of the visitor's last click, of a code; else the one that brought the customer.
/// What names a link and counts for nothing, such as a click outside the window, credits none.
/// </summary>
public static class LinkCredit
{
    /// <param name="existing">The link that the customer's attribution is credited to.</param>
    public static CreditedLink? Of(Decision decision, IReadOnlyList<Touch> touches, CreditedLink? existing)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(touches);
        if (decision.ReferrerId is not { } referrer)
            return null;
        var named = touches
            .Where(touch => touch.ReferrerId == referrer && touch.LinkId is not null && Counts(decision.OutcomeOf(touch.Id)))
            .OrderByDescending(touch => touch.Source)
            .ThenByDescending(touch => touch.At)
            .ThenByDescending(touch => touch.Id, StringComparer.Ordinal)
            .FirstOrDefault();
        if (named is not null)
            return new CreditedLink(named.LinkId!.Value, named.ClickId);
        return decision.Via == Via.Existing ? existing : null;
    }

    /// <summary>Free of faults of its own: it won, or lost to something else or to what is known of the customer.</summary>
    private static bool Counts(TouchOutcome? outcome) => outcome?.Reason is
        TouchReason.Won or TouchReason.OutrankedByManual or TouchReason.OutrankedByExisting or TouchReason.OutrankedByCoupon
        or TouchReason.OutrankedByCode or TouchReason.OutrankedByClick or TouchReason.OlderClick or TouchReason.NewerClick
        or TouchReason.CustomerLocked or TouchReason.CustomerNotNew or TouchReason.CodeTooLate;
}

using System.Globalization;

namespace Tributary.Attribution;

/// <summary>
/// Explanations as sentences for a merchant and for the partner who asks where a sale has gone. They name what happened
/// and never a threshold, because who knows it can stay below it.
/// </summary>
/// <param name="nameOf">A referrer's name; null where it is not to be shown or not known.</param>
/// <param name="zone">The programme's time zone.</param>
public sealed class ExplanationText(Func<long, string?> nameOf, TimeZoneInfo zone)
{
    public string Of(TouchOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return $"{Subject(outcome)} {Predicate(outcome)}.";
    }

    private string Subject(TouchOutcome outcome) => outcome.Via switch
    {
        Via.Manual => $"The claim entered by hand for {Name(outcome)}",
        Via.Existing => $"The customer's referrer {Name(outcome)}, since {Time(outcome.At)},",
        Via.Coupon => $"The coupon{Quoted(outcome.Text)}{Owner(outcome)}",
        Via.Code => $"The code{Quoted(outcome.Text)}{Owner(outcome)}",
        Via.Click => $"The click of {Time(outcome.At)}{Owner(outcome)}",
    };

    private static string Predicate(TouchOutcome outcome) => outcome.Reason switch
    {
        TouchReason.Won => outcome.Via == Via.Click ? $"counts: it came {Before(outcome.Lead)} before" : "counts",
        TouchReason.OutrankedByManual => "does not count, because a person named the referrer by hand",
        TouchReason.OutrankedByExisting => "does not count, because the customer's own referrer comes first",
        TouchReason.OutrankedByCoupon => "does not count here, because the order's coupon comes first",
        TouchReason.OutrankedByCode => "does not count, because a code that was named comes first",
        TouchReason.OutrankedByClick => "does not count here, because a click comes first",
        TouchReason.OlderClick => "does not count, because a later click came after it",
        TouchReason.NewerClick => "does not count, because an earlier click came before it",
        TouchReason.OutOfWindow => $"does not count, because it came {Before(outcome.Lead)} before, which is too long ago",
        TouchReason.AfterEvent => "does not count, because it came afterwards",
        TouchReason.Future => "does not count, because its time lies in the future",
        TouchReason.Invalid => $"does not count, because {Verdict(outcome.Parameter)}",
        TouchReason.UnknownCode => "does not count, because nobody has such a code",
        TouchReason.UnknownClick => "does not count, because there is no such click",
        TouchReason.AmbiguousCode => "does not count, because several codes read like it",
        TouchReason.ExpiredCode => "does not count, because it had expired",
        TouchReason.CouponUnknown => "does not count, because there is no such coupon",
        TouchReason.CouponUnbound => "does not count, because it belongs to no referrer",
        TouchReason.CouponInactive => "does not count, because it was switched off",
        TouchReason.CouponExpired => "does not count, because it had expired",
        TouchReason.CouponExhausted => "does not count, because it was used up",
        TouchReason.CouponNotFirstOrder => "does not count, because it is for a first order only",
        TouchReason.CouponMinimum => "does not count, because the order was below its minimum",
        TouchReason.CouponOtherCustomer => "does not count, because it is for another customer",
        TouchReason.ReferrerInactive => "does not count, because the referrer is switched off",
        TouchReason.SelfReferral => "does not count, because nobody can refer themselves",
        TouchReason.Circular => "does not count, because the customer referred that referrer",
        TouchReason.CustomerNotNew => "does not count, because the customer was not new",
        TouchReason.CustomerLocked => "does not count, because the customer already has a referrer",
        TouchReason.CodeTooLate => "does not count, because it came too long after the registration",
        TouchReason.ClaimedLater => "was nobody's then and counts since it was claimed",
        TouchReason.ClickNotHereYet => "is not known yet; if its click arrives, this is decided again",
        TouchReason.Fraud => "does not count, because a protection rule refused it",
    };

    private static string Verdict(string? verdict) => verdict switch
    {
        "head" or "preview" => "a program looked at the link before anybody opened it",
        "bot" or "automation" or "scanner" => "it was made by a program and not by a person",
        "not_navigation" => "the link was loaded inside a page and not opened by a person",
        "blocked" or "link_deleted" or "link_paused" or "link_expired" => "the link was not in use at that time",
        "referrer_inactive" => "the referrer was switched off at that time",
        "paid_ads" => "it came from a paid advertisement, which this programme does not reward",
        "source_blocked" => "it came from a source that this programme does not accept",
        "self" => "it was made in the referrer's own browser",
        "datacenter" => "it came from a data centre and not from a person's connection",
        "flood" or "velocity" => "too many clicks came from one place at once",
        Touch.Duplicate => "it repeated another click that does not count either",
        _ => "it was not a valid visit",
    };

    private string Name(TouchOutcome outcome) =>
        outcome.ReferrerId is { } id && nameOf(id) is { Length: > 0 } name ? name : "a referrer";

    private string Owner(TouchOutcome outcome) =>
        outcome.ReferrerId is { } id && nameOf(id) is { Length: > 0 } name ? $" of {name}" : "";

    private static string Quoted(string? text) => string.IsNullOrEmpty(text) ? "" : $" “{text}”";

    private string Time(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    private static string Before(TimeSpan lead) => lead switch
    {
        { TotalDays: >= 2 } => $"{(int)lead.TotalDays} days",
        { TotalHours: >= 2 } => $"{(int)lead.TotalHours} hours",
        { TotalMinutes: >= 2 } => $"{(int)lead.TotalMinutes} minutes",
        _ => $"{Math.Max(0, (long)lead.TotalSeconds)} seconds",
    };
}

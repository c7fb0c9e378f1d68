using Tributary.Attribution;

namespace Tributary.Reporting;

/// <summary>Says who is credited and what made the difference.</summary>
internal sealed class CreditWords(Wording wording)
{
    /// <param name="occasion">What was decided: <c>this order</c>, <c>the sign-up</c>.</param>
    public string Sentence(long? referrerId, IReadOnlyList<TouchOutcome> touches, long customerId, string occasion)
    {
        var customer = wording.Name(customerId);
        if (referrerId is not { } id)
            return Nobody(touches, customer);
        var referrer = wording.Name(id);
        return touches.FirstOrDefault(touch => touch.Reason == TouchReason.Won) is { } winner
            ? Because(winner, touches, referrer, customer, occasion)
            : $"{Wording.Capital(referrer)} is credited, because {referrer} is the referrer of {customer}.";
    }

    private static string Nobody(IReadOnlyList<TouchOutcome> touches, string customer) => touches.Count == 0
        ? $"Nobody is credited: nobody referred {customer}."
        : $"Nobody is credited: nothing that was named to say who referred {customer} counts.";

    private string Because(TouchOutcome winner, IReadOnlyList<TouchOutcome> touches, string referrer, string customer, string occasion) => winner.Via switch
    {
        Via.Manual => $"{Wording.Capital(referrer)} is credited, because a person named {referrer} by hand; that comes before everything else.",
        Via.Existing => $"{Wording.Capital(referrer)} is credited, because {referrer} has been the referrer of {customer} since {wording.Time(winner.At)}.",
        Via.Coupon => $"The coupon{Quoted(winner)} belongs to {referrer}; it won because {customer} used it on {occasion}{ButStays(touches, customer)}.",
        Via.Code => $"{Text(winner)} belongs to {referrer}; it won because {customer} named it with {occasion}{Reason(touches, customer)}.",
        Via.Click => $"{Wording.Capital(referrer)} is credited: {customer} came through a link of {referrer} on {wording.Time(winner.At)}, and nothing that comes before a visit was there.",
    };

    /// <summary>What else could have decided and did not.</summary>
    private string Reason(IReadOnlyList<TouchOutcome> touches, string customer) => touches.Any(touch => touch.Via == Via.Existing)
        ? ButStays(touches, customer)
        : " and had no referrer before";

    private string ButStays(IReadOnlyList<TouchOutcome> touches, string customer) =>
        touches.FirstOrDefault(touch => touch.Via == Via.Existing && touch.Reason != TouchReason.Won) is { ReferrerId: { } existing }
            ? $"; {wording.Name(existing)} stays the referrer of {customer} for everything else"
            : "";

    private static string Text(TouchOutcome touch) => string.IsNullOrEmpty(touch.Text) ? "The code" : $"“{touch.Text}”";

    private static string Quoted(TouchOutcome touch) => string.IsNullOrEmpty(touch.Text) ? "" : $" “{touch.Text}”";
}

using Tributary.Attribution;

namespace Tributary.Reporting;

/// <summary>Says what became of every touch.</summary>
internal sealed class TouchWords
{
    private readonly Wording wording;
    private readonly ExplanationText text;

    public TouchWords(Wording wording)
    {
        this.wording = wording;
        text = new ExplanationText(id => wording.Name(id), wording.Zone);
    }

    /// <param name="creditedId">Who is credited.</param>
    public TouchExplained Explain(TouchOutcome touch, long? creditedId, string? orderId) => new(
        ViaText.Of(touch.Via),
        touch.Text,
        wording.Parties.Of(touch.ReferrerId),
        wording.Parties.LinkOf(touch.LinkId),
        touch.At,
        orderId,
        touch.Code,
        Sentence(touch, creditedId));

    private string Sentence(TouchOutcome touch, long? creditedId) =>
        touch is { Reason: TouchReason.CustomerLocked, ReferrerId: { } id } && id == creditedId
            ? $"The code “{touch.Text}” of {wording.Name(id)} changes nothing: {wording.Name(id)} is the customer's referrer already."
            : text.Of(touch);
}

using System.Text.Json;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>
/// Definitions to and from JSON. Reading is strict: an unknown or repeated member, a wrong type or a value out of range
/// is refused with the member's path (<c>steps.0.lines.1.amount.ppm</c>).
/// </summary>
public static class CampaignJson
{
    public static Outcome<CampaignDefinition> Parse(ReadOnlySpan<byte> json) =>
        StrictJson.Read(json, CampaignJsonContext.Default.CampaignDocument).Then(document => FromDocument(document));

    /// <summary>A document that some other reader filled, checked in the same way.</summary>
    /// <param name="path">Where the document stands in what was sent, for the problem's field.</param>
    public static Outcome<CampaignDefinition> FromDocument(CampaignDocument document, string path = "")
    {
        ArgumentNullException.ThrowIfNull(document);
        return new DefinitionReader().Read(document, path);
    }

    public static byte[] Write(CampaignDefinition definition) =>
        JsonSerializer.SerializeToUtf8Bytes(ToDocument(definition), CampaignJsonContext.Default.CampaignDocument);

    public static CampaignDocument ToDocument(CampaignDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return DefinitionWriter.Document(definition);
    }

    /// <summary>The terms as a reward coupon keeps them.</summary>
    public static byte[] WriteCoupon(CouponTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return JsonSerializer.SerializeToUtf8Bytes(DefinitionWriter.Document(terms), CampaignJsonContext.Default.CouponDocument);
    }

    /// <summary>Reads what <see cref="WriteCoupon"/> wrote; throws for anything else.</summary>
    public static CouponTerms ReadCoupon(ReadOnlySpan<byte> json)
    {
        var refusals = new Refusals();
        var document = JsonSerializer.Deserialize(json, CampaignJsonContext.Default.CouponDocument);
        var terms = new AmountReader(refusals).Coupon(document, "");
        return refusals.First is null ? terms : throw new FormatException($"Not a coupon's terms: {refusals.First}");
    }
}

namespace Tributary.Links;

/// <summary>Names in which other products carry codes, to be read while links of theirs are still about (partnero.md § 4.9).</summary>
public static class OtherProducts
{
    private const string Refersion = "rfsn";

    /// <summary>By product.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["FirstPromoter"] = ["fpr", "fp_ref", "deal", "_from", "_by", "_go"],
        ["PartnerStack"] = ["gspk", "ps_partner_key"],
        ["Refersion"] = [Refersion],
        ["Post Affiliate Pro"] = ["a_aid"],
        ["LeadDyno"] = ["afmc"],
        ["UpPromote"] = ["sca_ref"],
        ["BixGrow"] = ["bg_ref"],
        ["GrowSurf"] = ["grsf"],
        ["others"] = ["link", "friend"],
    };

    /// <summary>What a value may be as a token: Refersion appends what is its own after a dot.</summary>
    internal static IEnumerable<string> Readings(string parameter, string value)
    {
        yield return value;
        if (parameter.Equals(Refersion, StringComparison.OrdinalIgnoreCase) && value.IndexOf('.', StringComparison.Ordinal) is var dot and > 0)
            yield return value[..dot];
    }
}

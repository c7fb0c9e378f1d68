using System.Collections.Frozen;

namespace Tributary.Features;

/// <summary>A number that goes with a feature.</summary>
/// <param name="Decimals">It may have at most.</param>
public sealed record FeatureParameter(string Name, string Description, decimal Least, decimal Most, decimal Default, int Decimals = 0);

/// <summary>How a referrer's value and the programme's become one.</summary>
public enum FeatureCombine
{
    /// <summary>The referrer's own wins.</summary>
    Override,

    /// <summary>On where the programme is on and the referrer is not switched off.</summary>
    And,
}

/// <summary>
/// A behaviour that is switched for a programme and for each referrer (debridge.md § 7). What no code enforces is no feature; a
/// value wins over the default.
/// </summary>
/// <param name="Default">Whether it is on where nobody has switched it.</param>
public sealed record Feature(string Key, string Title, string Description, bool Default, IReadOnlyList<FeatureParameter> Parameters)
{
    public FeatureCombine Combine { get; init; }

    public const string AffiliateFees = "affiliate_fees";
    public const string OwnWallets = "own_wallets";
    public const string CustomLinks = "custom_links";
    public const string LiveStream = "live_stream";
    public const string PublicTracking = "public_tracking";

    /// <summary>Of the affiliate fee that may be asked for.</summary>
    public const string MaxPercent = "maxPercent";

    /// <summary>Links of an integrator's own.</summary>
    public const string MaxLinks = "maxLinks";

    private static readonly FrozenDictionary<string, Feature> Known = ((Feature[])
    [
        new(AffiliateFees, "Affiliate fees", "A fee may be asked for, and what chains pay is booked. Off: the gateway refuses it, orders are recorded and nothing is booked.", true,
            [new FeatureParameter(MaxPercent, "Percent that may be asked for at most", 0.000001m, 10, 10, Decimals: 6)]),
        new(OwnWallets, "Own wallets", "Orders of an integrator's own wallets count like others. Off: they keep their code and are marked as self-referrals.", false, []),
        new(CustomLinks, "Custom links", "An integrator may have links of its own. Off: none is made or changed; those there are go on working.", true,
            [new FeatureParameter(MaxLinks, "Links of its own at most", 0, 10_000, 50)]),
        new(LiveStream, "Live stream", "An integrator's key may listen to its events as they happen. Off: refused, and open streams end.", true, []),
        new(PublicTracking, "Public tracking", "Everybody may read orders. Off: a key is asked for; off for an integrator: its orders do not exist for the public.", false, [])
        {
            Combine = FeatureCombine.And,
        },
    ]).ToFrozenDictionary(feature => feature.Key);

    /// <summary>All that there are, by key.</summary>
    public static IReadOnlyList<Feature> All { get; } = [.. Known.Values.OrderBy(feature => feature.Key, StringComparer.Ordinal)];

    public static Feature? Find(string key) => Known.GetValueOrDefault(key);
}

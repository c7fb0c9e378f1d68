using System.Collections.Frozen;

namespace Tributary.Features;

/// <summary>A whole number that goes with a feature.</summary>
public sealed record FeatureParameter(string Name, string Description, long Least, long Most, long Default);

/// <summary>
/// A behaviour that is switched for a programme and for each referrer (debridge.md § 7). What no code enforces is no feature; the
/// referrer's own value wins over the programme's, and that over the default.
/// </summary>
/// <param name="Default">Whether it is on where nobody has switched it.</param>
public sealed record Feature(string Key, string Title, string Description, bool Default, IReadOnlyList<FeatureParameter> Parameters)
{
    public const string AffiliateFees = "affiliate_fees";
    public const string OwnWallets = "own_wallets";
    public const string CustomLinks = "custom_links";
    public const string LiveStream = "live_stream";

    /// <summary>Links of an integrator's own.</summary>
    public const string MaxLinks = "maxLinks";

    private static readonly FrozenDictionary<string, Feature> Known = ((Feature[])
    [
        new(AffiliateFees, "Affiliate fees", "What chains pay an integrator for its orders is booked. Off: the orders are recorded and nothing is booked for them.", true, []),
        new(OwnWallets, "Own wallets", "Orders of an integrator's own wallets count like others. Off: they keep their code and are marked as self-referrals.", false, []),
        new(CustomLinks, "Custom links", "An integrator may have links of its own. Off: none is made or changed; those there are go on working.", true,
            [new FeatureParameter(MaxLinks, "Links of its own at most", 0, 10_000, 50)]),
        new(LiveStream, "Live stream", "An integrator's key may listen to its events as they happen. Off: refused, and open streams end.", true, []),
    ]).ToFrozenDictionary(feature => feature.Key);

    /// <summary>All that there are, by key.</summary>
    public static IReadOnlyList<Feature> All { get; } = [.. Known.Values.OrderBy(feature => feature.Key, StringComparer.Ordinal)];

    public static Feature? Find(string key) => Known.GetValueOrDefault(key);
}

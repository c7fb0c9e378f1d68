using System.Text.Json.Serialization;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Links;

[JsonConverter(typeof(ExactWords<DomainKind>))]
public enum DomainKind
{
    /// <summary>Pages of the merchant: destinations, and where query links open.</summary>
    [JsonStringEnumMemberName("site")] Site,

    /// <summary>A host that points here, for short links.</summary>
    [JsonStringEnumMemberName("short")] Short,

    /// <summary>The base of sub-domain links; every name below it points here.</summary>
    [JsonStringEnumMemberName("wildcard")] Wildcard,

    /// <summary>A host that points here, at which the deBridge dialect speaks for this programme.</summary>
    [JsonStringEnumMemberName("api")] Api,
}

[JsonConverter(typeof(ExactWords<DomainState>))]
public enum DomainState
{
    /// <summary>Builds no links, redirects nothing, is not answered.</summary>
    [JsonStringEnumMemberName("unverified")] Unverified,
    [JsonStringEnumMemberName("verified")] Verified,

    /// <summary>Was verified, and is not found to be the merchant's any more: its links stay, it gets no new ones.</summary>
    [JsonStringEnumMemberName("lapsed")] Lapsed,
    [JsonStringEnumMemberName("removed")] Removed,
}

/// <summary>By what a host was found to be the merchant's.</summary>
[JsonConverter(typeof(ExactWords<DomainProof>))]
public enum DomainProof
{
    /// <summary>A TXT record at <c>_tributary.&lt;host&gt;</c>.</summary>
    [JsonStringEnumMemberName("dns")] Dns,

    /// <summary>The token at <c>/.well-known/tributary.txt</c>.</summary>
    [JsonStringEnumMemberName("file")] File,

    /// <summary>The snippet was seen there with the programme's public id.</summary>
    [JsonStringEnumMemberName("snippet")] Snippet,

    /// <summary>The operator says so.</summary>
    [JsonStringEnumMemberName("operator")] Operator,
}

/// <summary>A host on which a programme's links live.</summary>
/// <param name="Number">What it is called outside; never used again.</param>
/// <param name="IsPrimary">The programme's own site: links that name no domain are on it.</param>
/// <param name="Token">What a TXT record or a file must say.</param>
/// <param name="FailingSince">Of a verified one: since when its proof is not found any more.</param>
public sealed record Domain(
    long Id,
    int Number,
    DomainKind Kind,
    bool IsPrimary,
    SiteAddress Address,
    DomainOptions Options,
    string Token,
    DomainState State,
    DomainProof? VerifiedBy,
    DateTimeOffset? VerifiedAt,
    DateTimeOffset? CheckedAt,
    DateTimeOffset? FailingSince,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Whether existing links go on being built on it.</summary>
    [JsonIgnore]
    public bool CarriesLinks => State is DomainState.Verified or DomainState.Lapsed;
}

/// <param name="SubDomains">Of a site: whether destinations may lie on its sub-domains.</param>
/// <param name="PathLinks">Of a site: whether its server passes <c>/ref/…</c> on to this one, so that links by path work.</param>
/// <param name="KeepPath">Of a wildcard: whether the path of a request takes the place of the destination's.</param>
public sealed record DomainOptions(bool SubDomains = false, bool PathLinks = false, bool KeepPath = true);

/// <summary>The words of kinds, states and proofs in the database.</summary>
internal static class DomainWords
{
    public static string Text(this DomainKind kind) => kind switch
    {
        DomainKind.Site => "site",
        DomainKind.Short => "short",
        DomainKind.Wildcard => "wildcard",
        DomainKind.Api => "api",
    };

    public static string Text(this DomainState state) => state switch
    {
        DomainState.Unverified => "unverified",
        DomainState.Verified => "verified",
        DomainState.Lapsed => "lapsed",
        DomainState.Removed => "removed",
    };

    public static string Text(this DomainProof proof) => proof switch
    {
        DomainProof.Dns => "dns",
        DomainProof.File => "file",
        DomainProof.Snippet => "snippet",
        DomainProof.Operator => "operator",
    };

    public static DomainKind KindOf(string text) => Enum.GetValues<DomainKind>().Single(kind => kind.Text() == text);

    public static DomainState StateOf(string text) => Enum.GetValues<DomainState>().Single(state => state.Text() == text);

    public static DomainProof ProofOf(string text) => Enum.GetValues<DomainProof>().Single(proof => proof.Text() == text);
}

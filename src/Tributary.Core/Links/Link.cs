using Tributary.Primitives;
using Tributary.Referrers;

namespace Tributary.Links;

/// <summary>A URL that carries a referrer's token.</summary>
/// <param name="PublicId">What dialects call it: chosen, or its first key. Never changes.</param>
/// <param name="DomainId">Null: the primary domain, whichever it is.</param>
/// <param name="Key">Its code, as it was written.</param>
/// <param name="Destination">Null: the domain's own address.</param>
/// <param name="State">As it is stored; see <see cref="StateAt"/>.</param>
/// <param name="DirectPage">Of a direct link: host and path of the page that stands for it.</param>
public sealed record Link(
    long Id,
    string PublicId,
    long ReferrerId,
    long? DomainId,
    bool IsDefault,
    string Key,
    string ShortCode,
    string? Destination,
    string? Label,
    IReadOnlyList<LinkParameter> Parameters,
    LinkForm Form,
    LinkState State,
    DateTimeOffset? ExpiresAt,
    long? ClickLimit,
    DateTimeOffset? LimitReachedAt,
    string? DirectPage,
    string? DirectRedirectUrl,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? DeletedAt)
{
    /// <summary>The state with what time and clicks have done to it.</summary>
    public LinkState StateAt(DateTimeOffset now) =>
        State == LinkState.Active && (ExpiresAt <= now || LimitReachedAt is not null) ? LinkState.Expired : State;
}

/// <summary>A link to be made.</summary>
/// <param name="Key">Null: drawn.</param>
/// <param name="Destination">Null: the domain's own address.</param>
/// <param name="DomainNumber">Null: the destination's, else the primary one.</param>
/// <param name="PublicId">Of a link brought from elsewhere; null: the key.</param>
/// <param name="DirectPage">The address of a page on a site of the programme that stands for the link.</param>
/// <param name="DirectRedirectUrl">Where visitors of that page are led.</param>
public sealed record NewLink(
    long ReferrerId,
    string? Key = null,
    string? Destination = null,
    string? Label = null,
    int? DomainNumber = null,
    IReadOnlyList<LinkParameter>? Parameters = null,
    string? PublicId = null,
    bool IsDefault = false,
    LinkForm Form = LinkForm.Query,
    DateTimeOffset? ExpiresAt = null,
    long? ClickLimit = null,
    string? DirectPage = null,
    string? DirectRedirectUrl = null);

/// <summary>A member of a change that is given, even if as null.</summary>
public sealed record Given<T>(T Value);

/// <summary>A change of a link; what is not given stays.</summary>
public sealed record LinkChange
{
    public string? Key { get; init; }
    public Given<string?>? Destination { get; init; }
    public Given<string?>? Label { get; init; }

    /// <summary>Null inside: the primary domain.</summary>
    public Given<int?>? DomainNumber { get; init; }
    public IReadOnlyList<LinkParameter>? Parameters { get; init; }

    /// <summary>True makes it the default one; false is refused for the default one.</summary>
    public bool? IsDefault { get; init; }
    public LinkForm? Form { get; init; }

    /// <summary>Active or paused.</summary>
    public LinkState? State { get; init; }
    public Given<DateTimeOffset?>? ExpiresAt { get; init; }
    public Given<long?>? ClickLimit { get; init; }
    public Given<string?>? DirectPage { get; init; }
    public Given<string?>? DirectRedirectUrl { get; init; }

    /// <summary>The version the caller has seen; another one now is refused. Null: whatever it is now.</summary>
    public long? Version { get; init; }
}

/// <summary>Which links are asked for; a null member asks for any.</summary>
/// <param name="State">As stored or expired; null: all but deleted ones.</param>
/// <param name="KeyHolds">A part of the key, in any letter case.</param>
/// <param name="Destination">Whole.</param>
public sealed record LinkFilter(
    long? ReferrerId = null,
    LinkState? State = null,
    string? KeyHolds = null,
    string? LabelHolds = null,
    string? Destination = null,
    string? PublicId = null,
    bool OldestFirst = false,
    ReferrerKind? ReferrerKind = null);

/// <summary>What may be said of a link, whoever asks.</summary>
internal static class LinkLimits
{
    public const int MostParameters = 20;
    public const int LongestPublicId = Limits.Code;
}

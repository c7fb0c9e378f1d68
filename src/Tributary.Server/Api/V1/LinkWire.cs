using Tributary.Links;

namespace Tributary.Server.Api.V1;

/// <param name="PublicId">What dialects call it; never changes.</param>
/// <param name="Key">Its code; letter case does not count when it is used.</param>
/// <param name="Url">In the link's own form; null while the programme has no verified site.</param>
/// <param name="Urls">In every form that it has.</param>
/// <param name="Destination">Null: the domain's own address.</param>
/// <param name="State">active, paused, expired, deleted or blocked.</param>
/// <param name="DirectPage">Host and path of a page that stands for the link.</param>
internal sealed record LinkAnswer(
    long Id,
    string PublicId,
    long ReferrerId,
    string Key,
    string? Url,
    LinkUrls Urls,
    bool Default,
    string? Destination,
    string? Label,
    IReadOnlyList<LinkParameter> Parameters,
    LinkForm Form,
    LinkState State,
    long? DomainId,
    DateTimeOffset? ExpiresAt,
    long? ClickLimit,
    string? DirectPage,
    string? DirectRedirectUrl,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? DeletedAt)
{
    public static LinkAnswer Of(Link link, LinkAddresses addresses, TimeProvider clock) => new(
        link.Id, link.PublicId, link.ReferrerId, link.Key, addresses.UrlOf(link), addresses.Of(link), link.IsDefault, link.Destination,
        link.Label, link.Parameters, link.Form, link.StateAt(clock.GetUtcNow()), link.DomainId, link.ExpiresAt, link.ClickLimit,
        link.DirectPage, link.DirectRedirectUrl, link.Version, link.CreatedAt, link.UpdatedAt, link.DeletedAt);
}

internal sealed record LinkBody
{
    public required long ReferrerId { get; init; }

    /// <summary>1 to 64 letters, digits, dots, - and _; left out: generated.</summary>
    public string? Key { get; init; }

    /// <summary>A page on one of the programme's verified sites; left out: the site itself.</summary>
    public string? Destination { get; init; }
    public string? Label { get; init; }

    /// <summary>The site that the link is on; left out: the destination's, else the primary one.</summary>
    public long? DomainId { get; init; }

    /// <summary>Appended to the address in this order, at most 20.</summary>
    public IReadOnlyList<LinkParameter>? Parameters { get; init; }

    /// <summary>Of a link brought from elsewhere: its id there, by which dialects go on calling it; left out: the key.</summary>
    public string? ExternalId { get; init; }
    public bool? Default { get; init; }

    /// <summary>In which form the address is shown: query, path, subdomain or short.</summary>
    public LinkForm? Form { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Valid clicks after which the link is expired.</summary>
    public long? ClickLimit { get; init; }

    /// <summary>A page on one of the programme's sites that stands for the link without a code in its address.</summary>
    public string? DirectPage { get; init; }

    /// <summary>Where visitors of that page are led.</summary>
    public string? DirectRedirectUrl { get; init; }

    public NewLink ToLink(int? domainNumber) => new(
        ReferrerId, Key, Destination, Label, domainNumber, Parameters, ExternalId, Default ?? false, Form ?? LinkForm.Query, ExpiresAt,
        ClickLimit, DirectPage, DirectRedirectUrl);
}

/// <summary>What is left out stays; empty text clears.</summary>
internal sealed record LinkChangeBody
{
    /// <summary>The former key keeps answering for ever.</summary>
    public string? Key { get; init; }
    public string? Destination { get; init; }
    public string? Label { get; init; }

    /// <summary>0: the primary domain.</summary>
    public long? DomainId { get; init; }
    public IReadOnlyList<LinkParameter>? Parameters { get; init; }

    /// <summary>True: the referrer's default link from now on.</summary>
    public bool? Default { get; init; }
    public LinkForm? Form { get; init; }

    /// <summary>active or paused.</summary>
    public LinkState? State { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>True: without an end.</summary>
    public bool? NeverExpires { get; init; }

    /// <summary>0: any number.</summary>
    public long? ClickLimit { get; init; }
    public string? DirectPage { get; init; }
    public string? DirectRedirectUrl { get; init; }

    /// <summary>The version you have seen; if it is another one now, nothing is changed.</summary>
    public long? Version { get; init; }

    public LinkChange ToChange(int? domainNumber) => new()
    {
        Key = Key,
        Destination = Text(Destination),
        Label = Text(Label),
        DomainNumber = DomainId is null ? null : new Given<int?>(domainNumber),
        Parameters = Parameters,
        IsDefault = Default,
        Form = Form,
        State = State,
        ExpiresAt = NeverExpires == true ? new Given<DateTimeOffset?>(null) : ExpiresAt is { } at ? new Given<DateTimeOffset?>(at) : null,
        ClickLimit = ClickLimit is { } limit ? new Given<long?>(limit == 0 ? null : limit) : null,
        DirectPage = Text(DirectPage),
        DirectRedirectUrl = Text(DirectRedirectUrl),
        Version = Version,
    };

    private static Given<string?>? Text(string? text) => text is null ? null : new Given<string?>(text.Length == 0 ? null : text);
}

using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Links;

/// <summary>The domains of a programme, as links are judged and written by them.</summary>
internal sealed class LinkGround(IReadOnlyList<Domain> domains, Func<string, bool> isRedirectHost)
{
    private readonly DestinationRules destinations =
        new([.. domains.Where(domain => domain is { Kind: DomainKind.Site, State: DomainState.Verified })], isRedirectHost);

    public IEnumerable<string> Labels => LinkKeys.LabelsOf(domains.Select(domain => domain.Address.Host));

    public Outcome<Destination> Destination(string url, string field) => destinations.Check(url, field);

    /// <summary>The domain that a link is put on: the destination's site, which a chosen domain must not contradict.</summary>
    /// <returns>A domain's number in the database; null inside: the primary one.</returns>
    public Outcome<Placed> Place(int? number, Destination? destination)
    {
        if (destination is { Site: var site })
            return number is null || number == site.Number
                ? new Placed(site.IsPrimary ? null : site.Id)
                : new Problem(ProblemCode.InvalidValue, "The destination lies on another domain.", "domainId");
        if (number is null)
            return new Placed(null);
        var chosen = domains.FirstOrDefault(domain => domain.Number == number && domain.Kind == DomainKind.Site);
        if (chosen is null)
            return new Problem(ProblemCode.UnknownReference, "The programme has no such site.", "domainId");
        return chosen.State == DomainState.Verified
            ? new Placed(chosen.IsPrimary ? null : chosen.Id)
            : new Problem(ProblemCode.IllegalTransition, "The domain is not verified.", "domainId");
    }

    public int? NumberOf(long? domainId) => domainId is null ? null : domains.FirstOrDefault(domain => domain.Id == domainId)?.Number;

    internal sealed record Placed(long? DomainId);
}

/// <summary>What may be said of a link.</summary>
internal static class LinkRules
{
    public static Problem? Label(string? label) =>
        label is null || (label.Length <= Limits.Text && StorableText.IsStorable(label))
            ? null
            : new Problem(ProblemCode.TooLong, $"A label has at most {Limits.Text} characters.", "label");

    public static Problem? Parameters(IReadOnlyList<LinkParameter>? parameters)
    {
        const string field = "parameters";
        if (parameters is null)
            return null;
        if (parameters.Count > LinkLimits.MostParameters)
            return new Problem(ProblemCode.TooMany, $"A link has at most {LinkLimits.MostParameters} parameters.", field);
        if (parameters.Any(parameter => parameter.Name.Length is 0 or > Limits.Text || parameter.Value.Length > Limits.Text
            || !StorableText.IsStorable(parameter.Name) || !StorableText.IsStorable(parameter.Value)))
            return new Problem(ProblemCode.InvalidValue, $"A parameter has a name and a text of at most {Limits.Text} characters.", field);
        return parameters.Select(parameter => parameter.Name).Distinct(StringComparer.Ordinal).Count() == parameters.Count
            ? null
            : new Problem(ProblemCode.InvalidValue, "A parameter is given once.", field);
    }

    public static Problem? Form(LinkForm? form) => form == LinkForm.Direct
        ? new Problem(ProblemCode.InvalidValue, "A link is shown as query, path, subdomain or short.", "form")
        : null;

    public static Problem? ClickLimit(long? limit) => limit is <= 0
        ? new Problem(ProblemCode.OutOfRange, "A limit is more than 0.", "clickLimit")
        : null;

    public static Problem? ExpiresAt(DateTimeOffset? at, DateTimeOffset now) => at <= now
        ? new Problem(ProblemCode.TimeOutOfRange, "The time of expiry has passed already.", "expiresAt")
        : null;

    /// <summary>Host and path of a page, by which the snippet asks for its link.</summary>
    public static string PageOf(string url)
    {
        var uri = new Uri(url);
        return SiteAddress.Plain(uri.Authority) + uri.AbsolutePath.TrimEnd('/');
    }
}

using System.Text.RegularExpressions;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>Ranges of the settings of links.</summary>
internal static partial class LinkSettingsRules
{
    private const int MostParameters = 30;
    private const int MostLinks = 100_000;
    private const int MostWords = 500;

    public static Problem? Check(LinkSettings settings) =>
        Site(settings.Site)
        ?? Template(settings.Template, "links.template")
        ?? (settings.MobileTemplate is { } mobile ? Template(mobile, "links.mobileTemplate") : null)
        ?? Name(settings.Parameter, "links.parameter")
        ?? Name(settings.ClickParameter, "links.clickParameter")
        ?? ParametersRead(settings)
        ?? NotFoundUrl(settings.NotFoundUrl)
        ?? SettingsRules.Range(settings.LinkLimit, 0, MostLinks, "links.linkLimit")
        ?? ReservedWords(settings.ReservedWords);

    private static Problem? Site(string? site)
    {
        if (site is null || IsSite(site))
            return null;
        const string detail = "The site is an absolute http or https address without user, query, fragment or final slash.";
        return new Problem(ProblemCode.InvalidValue, detail, SettingsRules.Path("links.site"));
    }

    private static bool IsSite(string site) => !site.EndsWith('/') && IsAddress(site, out var uri) && uri is { Query.Length: 0, Fragment.Length: 0 };

    internal static bool IsAddress(string text, out Uri? uri)
    {
        uri = null;
        return text.Length <= Limits.Url
            && Uri.TryCreate(text, UriKind.Absolute, out uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            && uri.UserInfo.Length == 0;
    }

    private static Problem? Template(string template, string field) =>
        ReferralLink.Check(template, SettingsRules.Path(field)).TryGet(out _, out var problem) ? null : problem;

    private static Problem? Name(string name, string field) => ParameterName.IsMatch(name)
        ? null
        : new Problem(
            ProblemCode.InvalidValue, "A parameter is named by a letter or _, then at most 31 letters, digits, - and _.", SettingsRules.Path(field));

    private static Problem? ParametersRead(LinkSettings settings)
    {
        const string field = "links.parametersRead";
        var names = settings.ParametersRead;
        if (names.Count is 0 or > MostParameters)
            return new Problem(ProblemCode.OutOfRange, $"There are 1 to {MostParameters} parameters.", SettingsRules.Path(field));
        if (names.Select(name => Name(name, field)).FirstOrDefault(problem => problem is not null) is { } refusal)
            return refusal;
        if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() != names.Count)
            return new Problem(ProblemCode.InvalidValue, "A parameter is named once.", SettingsRules.Path(field));
        return settings.AllParametersRead.Contains(settings.ClickParameter, StringComparer.OrdinalIgnoreCase)
            ? new Problem(ProblemCode.InvalidValue, "A click's id travels in a parameter of its own.", SettingsRules.Path("links.clickParameter"))
            : null;
    }

    private static Problem? NotFoundUrl(string? url) => url is null || IsAddress(url, out _)
        ? null
        : new Problem(ProblemCode.InvalidValue, "The address is an absolute http or https one without user.", SettingsRules.Path("links.notFoundUrl"));

    private static Problem? ReservedWords(IReadOnlyList<string> words)
    {
        if (words.Count > MostWords)
            return new Problem(ProblemCode.TooMany, $"There are at most {MostWords} words.", SettingsRules.Path("links.reservedWords"));
        return words.All(word => word.Length is > 0 and <= Limits.Code)
            ? null
            : new Problem(ProblemCode.InvalidValue, $"A word has 1 to {Limits.Code} characters.", SettingsRules.Path("links.reservedWords"));
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName { get; }
}

using System.Text.RegularExpressions;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>
/// The address a referrer shares, made from a template such as <c>{site}/signup?ref={ReferralCode}</c>.
/// </summary>
public static partial class ReferralLink
{
    public const string DefaultTemplate = "{site}/signup?ref={ReferralCode}";

    /// <summary>The parameter that is appended to a template without a place for the code.</summary>
    public const string AppendedParameter = "GbReferral";

    /// <summary>
    /// The template with the code, percent-encoded, in its place. Null when the template begins with the merchant's
    /// site and none is known: then the link that this server hosts is shared instead.
    /// </summary>
    public static string? Render(string template, string? site, string code)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(code);
        if (WithSite(template, site) is not { } address)
            return null;
        var encoded = Uri.EscapeDataString(code);
        return CodePlace.IsMatch(address)
            ? CodePlace.Replace(address, encoded.Replace("$", "$$", StringComparison.Ordinal))
            : Append(address, encoded);
    }

    /// <summary>The template, or why no link can be made from it.</summary>
    public static Outcome<string> Check(string? template, string field = "template")
    {
        if (string.IsNullOrWhiteSpace(template))
            return new Problem(ProblemCode.MissingField, "A link template is missing.", field);
        if (template.Length > Limits.Url)
            return new Problem(ProblemCode.TooLong, "A link template has at most 2048 characters.", field);
        return StorableText.IsStorable(template) && IsAddress(Render(template, "https://site.example", "CODE"))
            ? template
            : new Problem(ProblemCode.InvalidValue, "A link template is an absolute http or https address.", field);
    }

    /// <summary>The query parameter in which links of this template carry the code; null when it stands elsewhere.</summary>
    public static string? ParameterOf(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        if (!CodePlace.IsMatch(template))
            return AppendedParameter;
        var parameter = ParameterPlace.Match(template);
        return parameter.Success ? Uri.UnescapeDataString(parameter.Groups["name"].Value) : null;
    }

    private static string? WithSite(string template, string? site)
    {
        if (!SitePlace.IsMatch(template))
            return template;
        return string.IsNullOrEmpty(site)
            ? null
            : SitePlace.Replace(template, site.TrimEnd('/').Replace("$", "$$", StringComparison.Ordinal));
    }

    private static string Append(string address, string encoded)
    {
        var fragmentAt = address.IndexOf('#', StringComparison.Ordinal);
        var (path, fragment) = fragmentAt < 0 ? (address, "") : (address[..fragmentAt], address[fragmentAt..]);
        var joint = !path.Contains('?', StringComparison.Ordinal) ? "?" : path[^1] is '?' or '&' ? "" : "&";
        return $"{path}{joint}{AppendedParameter}={encoded}{fragment}";
    }

    private static bool IsAddress(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.UserInfo.Length == 0;

    [GeneratedRegex(@"\{(ReferralCode|code)\}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CodePlace { get; }

    [GeneratedRegex(@"\{site\}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SitePlace { get; }

    [GeneratedRegex(@"[?&](?<name>[^=&#]+)=\{(ReferralCode|code)\}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ParameterPlace { get; }
}

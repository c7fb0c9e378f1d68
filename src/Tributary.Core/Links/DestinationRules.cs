using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Links;

/// <summary>
/// Where a link may lead (partnero.md § 4.4, N10): addresses on the programme's own sites alone. An address is read once, judged
/// by what was read, and kept as it is written from that, so that nothing is judged in one way and followed in another.
/// </summary>
/// <param name="sites">The programme's sites, none of them removed or unverified.</param>
/// <param name="isRedirectHost">Whether this server redirects what arrives at a host: a link to it could lead in circles.</param>
public sealed class DestinationRules(IReadOnlyList<Domain> sites, Func<string, bool> isRedirectHost)
{
    /// <summary>The address as it is kept, with the site that it lies on, or why a link cannot lead there.</summary>
    public Outcome<Destination> Check(string? text, string field = "destination")
    {
        if (!Read(text, field).TryGet(out var uri, out var refusal))
            return refusal;
        if (!SiteAddress.TryHost(uri, out var host))
            return Invalid(field);
        var site = sites.FirstOrDefault(candidate => Covers(candidate, uri, host));
        if (site is null || isRedirectHost(host))
            return new Problem(ProblemCode.DestinationRefused, "A link leads to the programme's own domains only.", field);
        return new Destination(Write(uri, host), site);
    }

    private static Outcome<Uri> Read(string? text, string field)
    {
        if (string.IsNullOrEmpty(text))
            return new Problem(ProblemCode.MissingField, "An address is missing.", field);
        if (text.Length > Limits.Url)
            return new Problem(ProblemCode.TooLong, $"An address has at most {Limits.Url} characters.", field);
        return IsPlain(text) && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && IsWeb(uri) ? uri : Invalid(field);
    }

    /// <summary>Nothing that some readers of addresses pass over and others do not.</summary>
    private static bool IsPlain(string text)
    {
        if (!StorableText.IsStorable(text) || text.Any(letter => letter is '\\' or '\u007F' || char.IsControl(letter) || char.IsWhiteSpace(letter)))
            return false;
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        if (start is not (7 or 8) || start >= text.Length || text[start] == '/')
            return false;
        var end = text.AsSpan(start).IndexOfAny('/', '?', '#');
        return !(end < 0 ? text.AsSpan(start) : text.AsSpan(start, end)).Contains('@');
    }

    private static bool IsWeb(Uri uri) => uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;

    private static bool Covers(Domain site, Uri uri, string host) =>
        site.Kind == DomainKind.Site
        && HasHost(site, host)
        && (uri.IsDefaultPort ? site.Address.Port is null : site.Address.Port == uri.Port)
        && IsBelow(uri.AbsolutePath, site.Address.BasePath);

    private static bool HasHost(Domain site, string host)
    {
        var own = site.Address.Host;
        return host == own || host == "www." + own || "www." + host == own
            || (site.Options.SubDomains && host.EndsWith("." + own, StringComparison.Ordinal) && Uri.CheckHostName(own) == UriHostNameType.Dns);
    }

    private static bool IsBelow(string path, string basePath) =>
        basePath.Length == 0 || path == basePath || path.StartsWith(basePath + "/", StringComparison.Ordinal);

    private static string Write(Uri uri, string host)
    {
        var port = uri.IsDefaultPort ? "" : FormattableString.Invariant($":{uri.Port}");
        return $"{uri.Scheme}://{host}{port}{uri.AbsolutePath}{(uri.Query == "?" ? "" : uri.Query)}{(uri.Fragment == "#" ? "" : uri.Fragment)}";
    }

    private static Problem Invalid(string field) =>
        new(ProblemCode.InvalidValue, "A destination is an absolute http or https address without user, spaces and backslashes.", field);
}

/// <summary>Where a link leads.</summary>
/// <param name="Url">Written from what was read.</param>
public sealed record Destination(string Url, Domain Site);

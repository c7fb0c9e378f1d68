using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Links;

/// <summary>What a request asks for, by its host, path and query alone (partnero.md § 4.1).</summary>
/// <param name="Tokens">In the order in which they are tried.</param>
/// <param name="KeptPath">What may take the place of the destination's path; null: nothing.</param>
internal sealed record RedirectRequest(LinkForm Form, IReadOnlyList<string> Tokens, string? KeptPath = null)
{
    /// <param name="domain">The domain of the programme that the host stands for; null for the server's own short host.</param>
    public static IEnumerable<RedirectRequest> Read(RedirectHost host, Domain? domain, LinkSettings? settings, string path, string query) =>
        host.Kind switch
        {
            RedirectHostKind.ServerShort => Short(path),
            RedirectHostKind.Short => [.. Short(path), .. Query(path, query, settings!)],
            RedirectHostKind.Site => ByPath(path, settings!),
            RedirectHostKind.Api => [],
            RedirectHostKind.Wildcard => [.. SubDomain(host.Label, domain, path), .. Query(path, query, settings!)],
        };

    private static IEnumerable<RedirectRequest> Short(string path)
    {
        if (Segments(path) is [var only])
            yield return new RedirectRequest(LinkForm.Short, [LinkToken.Decode(only)]);
    }

    private static IEnumerable<RedirectRequest> Query(string path, string query, LinkSettings settings)
    {
        if (IsRoot(path) && LinkToken.InQuery(query, settings.AllParametersRead).ToList() is { Count: > 0 } tokens)
            yield return new RedirectRequest(LinkForm.Query, tokens);
    }

    private static IEnumerable<RedirectRequest> ByPath(string path, LinkSettings settings)
    {
        if (Segments(path) is [var name, var token] && settings.AllParametersRead.Contains(LinkToken.Decode(name), StringComparer.OrdinalIgnoreCase))
            yield return new RedirectRequest(LinkForm.Path, [LinkToken.Decode(token)]);
    }

    private static IEnumerable<RedirectRequest> SubDomain(string? label, Domain? domain, string path)
    {
        if (label is not null && (IsRoot(path) || domain?.Options.KeepPath == true))
            yield return new RedirectRequest(LinkForm.SubDomain, [label], IsRoot(path) ? null : path);
    }

    private static bool IsRoot(string path) => path is "" or "/";

    private static string[] Segments(string path)
    {
        if (path.Length > Limits.Url)
            return [];
        var inner = path.StartsWith('/') ? path[1..] : path;
        if (inner.EndsWith('/'))
            inner = inner[..^1];
        return inner.Length == 0 ? [] : inner.Split('/');
    }
}

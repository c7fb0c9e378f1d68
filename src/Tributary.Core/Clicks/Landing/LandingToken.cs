using Tributary.Links;
using Tributary.Programs;

namespace Tributary.Clicks.Landing;

/// <summary>A token of a landing's address, and in which form it stands there.</summary>
internal readonly record struct LandingToken(LinkForm Form, string Text)
{
    private const int MostTokens = 20;

    /// <summary>In the order in which they are tried: query, path, sub-domain (CL-15).</summary>
    /// <param name="wildcards">Hosts of the programme below which a label is a code.</param>
    public static IEnumerable<LandingToken> Of(Uri page, LinkSettings settings, IReadOnlyList<string> wildcards) =>
        All(page, settings, wildcards).Distinct().Take(MostTokens);

    private static IEnumerable<LandingToken> All(Uri page, LinkSettings settings, IReadOnlyList<string> wildcards)
    {
        var names = settings.AllParametersRead;
        foreach (var value in LinkToken.InQuery(page.Query, names))
            yield return new LandingToken(LinkForm.Query, value);
        var steps = page.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (steps.Length >= 2 && names.Contains(LinkToken.Decode(steps[^2]), StringComparer.OrdinalIgnoreCase))
            yield return new LandingToken(LinkForm.Path, LinkToken.Decode(steps[^1]));
        var host = page.IdnHost.TrimEnd('.').ToLowerInvariant();
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && wildcards.Contains(host[(dot + 1)..], StringComparer.Ordinal))
            yield return new LandingToken(LinkForm.SubDomain, host[..dot]);
    }
}

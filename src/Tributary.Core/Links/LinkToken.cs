using Tributary.Primitives;
using Tributary.Referrers;

namespace Tributary.Links;

/// <summary>A token as it stands in an address: decoded once, trimmed, then by its canonical form (partnero.md § 4.1).</summary>
internal static class LinkToken
{
    /// <summary>What chat programs take for a part of the address they make clickable.</summary>
    private const string Trailing = ".,;:!?)]";

    public static string Decode(string text) => Uri.UnescapeDataString(text).Trim();

    /// <summary>The canonical forms to be tried in order: the token, then the same without punctuation behind it.</summary>
    public static IEnumerable<string> Candidates(string token)
    {
        if (CodeText.TryCanonical(token, out var canonical))
            yield return canonical;
        var trimmed = token.TrimEnd(Trailing.ToCharArray());
        if (trimmed.Length < token.Length && CodeText.TryCanonical(trimmed, out var bare))
            yield return bare;
    }

    /// <summary>Of a query: the values of the parameters that are read, by the order of the parameters, then by their place.</summary>
    public static IEnumerable<string> InQuery(string query, IReadOnlyList<string> parametersRead)
    {
        var values = QueryItems.Of(query)
            .Select(item => (Name: QueryItems.NameOf(item), Value: QueryItems.ValueOf(item).Trim()))
            .Where(item => item.Value.Length is > 0 and <= Limits.Text)
            .ToLookup(item => item.Name, item => item.Value, StringComparer.OrdinalIgnoreCase);
        return parametersRead.SelectMany(name => values[name].SelectMany(value => OtherProducts.Readings(name, value)));
    }
}

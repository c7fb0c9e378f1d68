using Tributary.Links;
using Tributary.Primitives;

namespace Tributary.Attribution;

/// <summary>In which part of an address a token stands.</summary>
internal enum AddressForm
{
    Query,
    Path,
    Subdomain,
    Short,
}

/// <summary>A token that an address may carry.</summary>
/// <param name="Canonical">By which codes are compared.</param>
/// <param name="Host">The host on which it would have to stand: of a sub-domain what follows the label.</param>
internal readonly record struct AddressToken(AddressForm Form, string Canonical, string Host);

/// <summary>
/// Reads an address like that of an arriving visitor (clicks.md CL-15, partnero.md § 4.1): the named parameters in their order
/// and of a repeated one each value, then the path, the sub-domain and the short form. The first that resolves counts.
/// </summary>
internal static class ArrivingAddress
{
    private const int MostTokens = 20;

    public static IReadOnlyList<AddressToken> Read(string? address, IReadOnlyList<string> parameters)
    {
        var text = address?.Trim() ?? "";
        if (text.Length is 0 or > Limits.Url || !StorableText.IsStorable(text)
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return [];
        var host = uri.IdnHost.TrimEnd('.').ToLowerInvariant();
        var tokens = new List<AddressToken>();
        foreach (var value in LinkToken.InQuery(uri.Query, parameters))
            Add(tokens, AddressForm.Query, value, host);
        AddOfPath(tokens, uri, host, parameters);
        AddOfHost(tokens, host);
        return [.. tokens.Distinct().Take(MostTokens)];
    }

    private static void AddOfPath(List<AddressToken> tokens, Uri uri, string host, IReadOnlyList<string> parameters)
    {
        var steps = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (steps.Length >= 2 && parameters.Contains(LinkToken.Decode(steps[^2]), StringComparer.OrdinalIgnoreCase))
            Add(tokens, AddressForm.Path, LinkToken.Decode(steps[^1]), host);
        if (steps.Length == 1)
            Add(tokens, AddressForm.Short, LinkToken.Decode(steps[0]), host);
    }

    private static void AddOfHost(List<AddressToken> tokens, string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && dot + 1 < host.Length)
            Add(tokens, AddressForm.Subdomain, host[..dot], host[(dot + 1)..]);
    }

    private static void Add(List<AddressToken> tokens, AddressForm form, string text, string host) =>
        tokens.AddRange(LinkToken.Candidates(text).Select(canonical => new AddressToken(form, canonical, host)));
}

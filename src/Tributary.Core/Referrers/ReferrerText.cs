using System.Text.RegularExpressions;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Referrers;

public enum ReferrerCandidateKind
{
    /// <summary>The canonical form of a code.</summary>
    Code,

    /// <summary>A folded form: it names a code when exactly one folds to it, several are ambiguous.</summary>
    FoldedCode,

    /// <summary>An address that may be a link on one of the programme's domains.</summary>
    Link,

    /// <summary>The merchant's own id of a customer, exact.</summary>
    CustomerId,
}

/// <summary>One thing that a text may name.</summary>
public readonly record struct ReferrerCandidate(ReferrerCandidateKind Kind, string Text);

/// <summary>
/// What a text may mean where a referrer is named: people type codes, scan QR codes and paste whole addresses. The
/// candidates come in the order in which they are tried; the first that finds something decides, even if what it finds
/// is expired or inactive. One query can look all of them up.
/// </summary>
public static partial class ReferrerText
{
    private const int MostParameterValues = 10;
    private const int IdentityDigits = 6;

    /// <summary>Parameters in which a code travels besides the template's own, in any letter case.</summary>
    private static readonly string[] CommonParameters = ["ref", "referralCode", ReferralLink.AppendedParameter, "referrerCode"];

    /// <param name="text">As it came; blanks around it do not count.</param>
    /// <param name="withCustomerIds">False for callers who must not find out which customers exist.</param>
    /// <param name="ownParameters">Parameters of the programme's own link template, tried before the common ones.</param>
    public static IReadOnlyList<ReferrerCandidate> Read(
        string? text, bool withCustomerIds = true, params IEnumerable<string> ownParameters)
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length is 0 or > Limits.ReferrerText || !StorableText.IsStorable(trimmed))
            return [];
        var candidates = new List<ReferrerCandidate>();
        AddCode(candidates, trimmed);
        AddAddress(candidates, trimmed, ownParameters);
        if (withCustomerIds)
            AddCustomerIds(candidates, trimmed);
        return [.. candidates.Distinct()];
    }

    private static void AddCode(List<ReferrerCandidate> candidates, string text)
    {
        if (CodeText.TryCanonical(text, out var canonical))
            candidates.Add(new(ReferrerCandidateKind.Code, canonical));
        if (CodeText.TryFold(text, out var folded))
            candidates.Add(new(ReferrerCandidateKind.FoldedCode, folded));
    }

    private static void AddAddress(List<ReferrerCandidate> candidates, string text, IEnumerable<string> ownParameters)
    {
        var address = WithScheme.IsMatch(text) ? text : HostWithMore.IsMatch(text) ? "https://" + text : null;
        if (address is null || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
            return;
        foreach (var value in ParameterValues(uri.Query, [.. ownParameters, .. CommonParameters]))
            AddCode(candidates, value);
        candidates.Add(new(ReferrerCandidateKind.Link, address));
    }

    /// <summary>The values of the named parameters, by the order of the names, then by their place in the address.</summary>
    private static IEnumerable<string> ParameterValues(string query, string[] names)
    {
        var pairs = query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .Select(pair => (Name: Decode(pair[0]), Value: Decode(pair[1]).Trim()))
            .Where(pair => pair.Value.Length > 0)
            .ToLookup(pair => pair.Name, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        return names.Distinct(StringComparer.OrdinalIgnoreCase).SelectMany(name => pairs[name]).Take(MostParameterValues);
    }

    private static void AddCustomerIds(List<ReferrerCandidate> candidates, string text)
    {
        if (text.Length <= Limits.CustomerId)
            candidates.Add(new(ReferrerCandidateKind.CustomerId, text));
        var idLength = text.Length - IdentityDigits;
        if (idLength is > 0 and <= Limits.CustomerId && !text.AsSpan(idLength).ContainsAnyExceptInRange('0', '9'))
            candidates.Add(new(ReferrerCandidateKind.CustomerId, text[..idLength]));
    }

    private static string Decode(string text) =>
        Uri.UnescapeDataString(text.Replace('+', ' '));

    [GeneratedRegex(@"\Ahttps?://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WithScheme { get; }

    [GeneratedRegex(@"\A[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?[/?]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HostWithMore { get; }
}

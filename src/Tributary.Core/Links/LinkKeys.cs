using System.Collections.Frozen;
using System.Security.Cryptography;
using Npgsql;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;

namespace Tributary.Links;

/// <summary>Which texts may be the key of a link, and how they are drawn (partnero.md § 4.5).</summary>
public static class LinkKeys
{
    public const int MostAttempts = 10;
    public const int ShortCodeLength = 6;

    /// <summary>Beyond so many short codes on a host they grow by a letter.</summary>
    public const long ManyShortCodes = 10_000_000;

    private const string Letters = "23456789abcdefghjkmnpqrstuvwxyz";
    private const int RandomAfterCode = 5;
    private const int RandomAlone = 10;
    private const int LongestLabel = 63;

    /// <summary>Names of services, paths and pages that a key would stand in the way of.</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        ("www mail smtp imap pop ftp ns ns1 ns2 mx api app deswap deport admin console portal login auth account static assets cdn js img "
            + "qr health healthz readyz status pub go r ref via aff v1 robots.txt favicon.ico sitemap.xml index.html .well-known autodiscover autoconfig localhost")
            .Split(' '),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>A chosen key, trimmed and otherwise as it was written, or why it cannot be one.</summary>
    /// <param name="alsoReserved">The programme's own words, and labels of its domains.</param>
    public static Outcome<string> Check(string? text, IEnumerable<string> alsoReserved, string field = "key")
    {
        if (!CodeText.Check(text, withDots: true, field).TryGet(out var key, out var problem))
            return IsReserved(text?.Trim() ?? "", alsoReserved) ? Refused(field) : problem;
        return IsReserved(key, alsoReserved) ? Refused(field) : key;
    }

    /// <summary>Words that a programme keeps from being keys, besides those that never are.</summary>
    internal static async Task<IReadOnlyList<string>> ReservedInAsync(NpgsqlConnection connection, ReferralProgram program, CancellationToken ct)
    {
        var domains = await DomainRow.ListAsync(connection, program.Id, ct);
        return [.. program.Settings.Links.ReservedWords, .. LabelsOf(domains.Select(domain => domain.Address.Host))];
    }

    /// <summary>The label under its parent that each host takes, so that no key is met there.</summary>
    public static IEnumerable<string> LabelsOf(IEnumerable<string> hosts) =>
        hosts.Where(host => host.Count(letter => letter == '.') > 1).Select(host => host[..host.IndexOf('.', StringComparison.Ordinal)]);

    /// <summary>A key that reads as the referrer's: its code and five random letters.</summary>
    public static string DrawFor(string referrerCode)
    {
        ArgumentNullException.ThrowIfNull(referrerCode);
        return referrerCode.Length + 1 + RandomAfterCode > Limits.Code ? Draw(RandomAlone) : $"{referrerCode}-{Draw(RandomAfterCode)}";
    }

    /// <param name="held">How many short codes there are about.</param>
    public static string DrawShortCode(long held) => Draw(held < ManyShortCodes ? ShortCodeLength : ShortCodeLength + 1);

    /// <summary>Whether a key can be a label of a host name.</summary>
    public static bool IsLabel(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length is > 0 and <= LongestLabel
            && key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            && key[0] != '-' && key[^1] != '-';
    }

    private static bool IsReserved(string key, IEnumerable<string> more) =>
        Reserved.Contains(key)
        || key.StartsWith("xn--", StringComparison.OrdinalIgnoreCase)
        || more.Contains(key, StringComparer.OrdinalIgnoreCase);

    private static Problem Refused(string field) => new(ProblemCode.InvalidValue, "This word is reserved.", field);

    private static string Draw(int length) => RandomNumberGenerator.GetString(Letters, length);
}

using System.Globalization;

namespace Tributary.Storage;

/// <summary>A part of a programme of which caches hear by itself, because there are too many to forget them all.</summary>
/// <param name="Kind">One of the constants.</param>
/// <param name="Id">Of the link or referrer; of hosts the domain's.</param>
public sealed record ChangedPart(long ProgramId, string Kind, long Id)
{
    public const string Link = "link";

    /// <summary>A referrer's state, or which of its links is the default one: all of its links are concerned.</summary>
    public const string Referrer = "referrer";

    /// <summary>The hosts that the redirector answers for.</summary>
    public const string Hosts = "hosts";

    /// <summary>As it is announced: <c>17:link:5</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ProgramId}:{Kind}:{Id}");

    /// <summary>Reads <c>17:link:5</c>; null for any other text.</summary>
    internal static ChangedPart? TryParse(string payload) =>
        payload.Split(':') is [var program, Link or Referrer or Hosts, var part]
        && TryNumber(program, out var programId) && TryNumber(part, out var id)
            ? new ChangedPart(programId, payload.Split(':')[1], id)
            : null;

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

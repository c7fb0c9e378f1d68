using System.Net;

namespace Tributary.Clicks.Landing;

/// <summary>
/// What is told of a visitor's arrival at a page of the merchant's: by the page itself, or by the merchant's back end with the
/// visitor's agent and address.
/// </summary>
public sealed record LandingReport
{
    /// <summary>Address of the page, as the visitor came.</summary>
    public required string Url { get; init; }

    /// <summary>Address of the page before it.</summary>
    public string? Referrer { get; init; }

    /// <summary>When the visitor arrived; null, or too long ago to be believed: now.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>The click that led here, as its id stands in the address.</summary>
    public string? ClickId { get; init; }

    /// <summary>What the browser is known by on the merchant's pages.</summary>
    public string? VisitorId { get; init; }

    public bool Framed { get; init; }
    public bool WebDriver { get; init; }

    /// <summary>The visitor's wish not to be sold to others (CL-53).</summary>
    public bool Gpc { get; init; }

    /// <summary>The wish not to be tracked, heeded where the programme says so.</summary>
    public bool Dnt { get; init; }

    /// <summary>Whether the page stands for its link without a token (partnero.md § 4.7).</summary>
    public bool IsDirect { get; init; }

    public string? Agent { get; init; }

    public IPAddress? Address { get; init; }

    public bool HasAcceptLanguage { get; init; }

    /// <summary>ISO 3166-1 alpha-2 in upper case; null: not known.</summary>
    public string? Country { get; init; }

    /// <summary>Whether the address asks too often for its visits to count.</summary>
    public bool IsFlood { get; init; }
}

/// <summary>What a report became, and what the browser is to remember of it.</summary>
/// <param name="Verdict">Null: the page names no link.</param>
/// <param name="Code">Null: nothing is to be remembered, because the visit does not count.</param>
/// <param name="ClickId">Null where there is none, or where it may not be given.</param>
/// <param name="RedirectUrl">Of a direct link: where to go on to.</param>
public sealed record Landed(Verdict? Verdict, string? Code, ClickId? ClickId, Guid? VisitorId, string? RedirectUrl)
{
    public static readonly Landed Nowhere = new(null, null, null, null, null);
}

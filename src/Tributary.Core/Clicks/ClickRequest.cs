using System.Net;
using Tributary.Clicks.Agents;

namespace Tributary.Clicks;

/// <summary>
/// What is known of a request on a link when its verdict is found. Of a landing report only what it says of its visitor:
/// the headers that came with the report itself are a script's.
/// </summary>
public readonly record struct ClickRequest
{
    public bool IsHead { get; init; }

    /// <summary><c>Sec-Purpose</c>, <c>Purpose</c> or <c>X-Moz</c>.</summary>
    public string? SecPurpose { get; init; }
    public string? Purpose { get; init; }
    public string? XMoz { get; init; }
    public string? XPurpose { get; init; }

    public string? FetchDest { get; init; }
    public string? FetchMode { get; init; }

    /// <summary>A landing report's: the page was driven by a program, or shown in a frame.</summary>
    public bool WebDriver { get; init; }
    public bool Framed { get; init; }

    public required AgentFacts Agent { get; init; }

    /// <summary>What the link's or referrer's state makes of every request; null: both are in order.</summary>
    public Verdict? Refusal { get; init; }

    public bool HasAcceptLanguage { get; init; }

    /// <summary>In lower case.</summary>
    public string? ReferringHost { get; init; }

    /// <summary>Came by an advertisement, judged by the ids that the networks append (<see cref="AdClicks"/>).</summary>
    public bool FromAdvertisement { get; init; }

    public string? Country { get; init; }

    /// <summary>The visitor's browser is known as the referrer's own.</summary>
    public bool IsReferrersOwn { get; init; }

    /// <summary>Null: not known, or not the visitor's (CL-17), so no rule judges by it.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>This node saw more than 60 requests of the address within a minute.</summary>
    public bool IsFlood { get; init; }
}

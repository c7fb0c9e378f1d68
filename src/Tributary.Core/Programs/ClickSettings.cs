using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>How a programme counts clicks and what it keeps of them (clicks.md § 2, 5, 6).</summary>
public sealed record ClickSettings
{
    /// <summary>Whether visitors are known before they agree (CL-50 to CL-52).</summary>
    public ConsentMode Consent { get; init; } = ConsentMode.Implied;

    /// <summary>What a browser's wish not to be sold to others makes of a click (CL-53).</summary>
    public PrivacySignal Gpc { get; init; } = PrivacySignal.Minimal;

    /// <summary>Whether <c>DNT: 1</c> is heeded like <c>Sec-GPC: 1</c>.</summary>
    public bool DntAsGpc { get; init; }

    /// <summary>How soon the same visitor's next click on a link is the same click; 0: never.</summary>
    public int DuplicateSeconds { get; init; } = 10;

    /// <summary>Whether visits from paid search and advertisements do not count (F14).</summary>
    public bool IgnorePaidAds { get; init; }

    /// <summary>Campaigns of the merchant's own, by <c>gad_campaignid</c> or <c>utm_id</c>: their visits are no others' advertisements.</summary>
    public IReadOnlyList<string> OwnAdCampaigns { get; init; } = [];

    /// <summary>Referring hosts whose visits do not count; <c>*.example.com</c> stands for all below it (F15).</summary>
    public IReadOnlyList<string> BlockedHosts { get; init; } = [];

    /// <summary>Countries, as two letters, whose visits do not count.</summary>
    public IReadOnlyList<string> BlockedCountries { get; init; } = [];

    /// <summary>Address ranges such as <c>203.0.113.0/24</c> whose visits do not count.</summary>
    public IReadOnlyList<string> BlockedNetworks { get; init; } = [];

    /// <summary>The <c>Referrer-Policy</c> of redirects.</summary>
    public string ReferrerPolicy { get; init; } = "strict-origin-when-cross-origin";

    /// <summary>Clicks of one address on one link or referrer in a minute and in an hour, beyond which they do not count (F8); 0: any.</summary>
    public int VelocityPerMinute { get; init; } = 60;
    public int VelocityPerHour { get; init; } = 500;
}

[JsonConverter(typeof(ExactWords<ConsentMode>))]
public enum ConsentMode
{
    [JsonStringEnumMemberName("implied")] Implied,
    [JsonStringEnumMemberName("required")] Required,
    [JsonStringEnumMemberName("anonymous")] Anonymous,
}

[JsonConverter(typeof(ExactWords<PrivacySignal>))]
public enum PrivacySignal
{
    [JsonStringEnumMemberName("minimal")] Minimal,
    [JsonStringEnumMemberName("anonymous")] Anonymous,
}

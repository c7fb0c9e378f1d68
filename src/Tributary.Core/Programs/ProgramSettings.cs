using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>
/// What a programme can set. Every member has a working default; stored as one JSON document, so that a new
/// member needs no migration. Durations are in the unit their name says.
/// </summary>
public sealed record ProgramSettings
{
    public AttributionSettings Attribution { get; init; } = new();
    public CodeSettings Codes { get; init; } = new();
    public LinkSettings Links { get; init; } = new();
    public ClickSettings Clicks { get; init; } = new();
    public CustomerSettings Customers { get; init; } = new();
    public OrderSettings Orders { get; init; } = new();
    public RewardSettings Rewards { get; init; } = new();
    public PointsSettings Points { get; init; } = new();
    public GameballSettings Gameball { get; init; } = new();
    public ProspectSettings Prospects { get; init; } = new();
    public PartneroSettings Partnero { get; init; } = new();

    [JsonPropertyName("debridge")]
    public DeBridgeSettings DeBridge { get; init; } = new();

    /// <summary>IANA name of the zone in which days, weeks and months of limits and reports are counted.</summary>
    public string TimeZone { get; init; } = "UTC";

    [JsonIgnore]
    public TimeZoneInfo Zone => TimeZone == "UTC" ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
}

/// <summary>Rules of attribution (clicks.md § 10).</summary>
public sealed record AttributionSettings
{
    internal const int LongestWindowDays = 3_650;

    /// <summary>Whether a customer is attributed once, or each order by itself.</summary>
    public AttributionScope Scope { get; init; } = AttributionScope.Customer;
    public ClickModel ClickModel { get; init; } = ClickModel.Last;
    /// <summary>How old a click may be; 0 is without limit.</summary>
    public int WindowDays { get; init; } = 30;
    /// <summary>Null: on where the referrer is a customer, off for partners and integrators.</summary>
    public bool? NewCustomersOnly { get; init; }
    public bool SelfReferralAllowed { get; init; }
    /// <summary>Whether equal e-mail or mobile also counts as referring oneself.</summary>
    public bool SelfReferralByContact { get; init; } = true;
    public bool CouponOverrides { get; init; } = true;
    /// <summary>What wins over what: <c>manual</c>, then <c>existing</c>, <c>coupon</c>, <c>code</c>, <c>click</c> in any order; null: the scope's own.</summary>
    public IReadOnlyList<string>? Precedence { get; init; }
    /// <summary>How long after registration a code may come without an order; null: until the first paid order.</summary>
    public int? CodeWindowSeconds { get; init; }
    /// <summary>How many days after registration a first order may still bring a code; null: any.</summary>
    public int? FirstOrderWithinDays { get; init; }
}

[JsonConverter(typeof(ExactWords<AttributionScope>))]
public enum AttributionScope
{
    [JsonStringEnumMemberName("customer")] Customer,
    [JsonStringEnumMemberName("order")] Order,
}

[JsonConverter(typeof(ExactWords<ClickModel>))]
public enum ClickModel
{
    [JsonStringEnumMemberName("last")] Last,
    [JsonStringEnumMemberName("first")] First,
}

public sealed record CodeSettings
{
    /// <summary>Life of a generated code; null: it does not expire.</summary>
    public int? LifeDays { get; init; }
    public string Prefix { get; init; } = "";
    /// <summary>Symbols of a generated code, without the prefix.</summary>
    public int Length { get; init; } = 8;
}

public sealed record LinkSettings
{
    /// <summary>The merchant's site, an absolute http(s) URL without a trailing slash; null: not known.</summary>
    public string? Site { get; init; }
    public string Template { get; init; } = "{site}/signup?ref={ReferralCode}";
    public string? MobileTemplate { get; init; }

    /// <summary>The query parameter that carries the code in links.</summary>
    public string Parameter { get; init; } = "ref";

    /// <summary>Query parameters that are looked at for a code, in this order; <see cref="Parameter"/> too where it is missing.</summary>
    public IReadOnlyList<string> ParametersRead { get; init; } = ["ref", "via", "aff"];

    /// <summary>The query parameter, and on the merchant's pages the cookie, that carries a click's id.</summary>
    public string ClickParameter { get; init; } = "trb_click";

    /// <summary>What a visitor of a deleted link meets.</summary>
    public DeletedLinks DeletedLinks { get; init; } = DeletedLinks.Redirect;

    /// <summary>Where unknown codes on redirect hosts lead, an address on a listed domain; null: a page that says so.</summary>
    public string? NotFoundUrl { get; init; }

    /// <summary>Links that a referrer may have besides its default link.</summary>
    public int LinkLimit { get; init; } = 500;

    /// <summary>Words that no key may be, besides those that never may.</summary>
    public IReadOnlyList<string> ReservedWords { get; init; } = [];

    /// <summary>Every parameter that is looked at, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> AllParametersRead =>
        ParametersRead.Contains(Parameter, StringComparer.OrdinalIgnoreCase) ? ParametersRead : [Parameter, .. ParametersRead];
}

[JsonConverter(typeof(ExactWords<DeletedLinks>))]
public enum DeletedLinks
{
    /// <summary>Led on to the destination, without a code.</summary>
    [JsonStringEnumMemberName("redirect")] Redirect,

    /// <summary>Told that the link is gone (410).</summary>
    [JsonStringEnumMemberName("gone")] Gone,
}

public sealed record CustomerSettings
{
    public MergeBy MergeBy { get; init; } = MergeBy.Nothing;
    /// <summary>How long a deleted customer's id is remembered as a keyed hash.</summary>
    public int DeletedIdMemoryDays { get; init; } = 90;
}

[JsonConverter(typeof(ExactWords<MergeBy>))]
public enum MergeBy
{
    [JsonStringEnumMemberName("nothing")] Nothing,
    [JsonStringEnumMemberName("email")] Email,
    [JsonStringEnumMemberName("mobile")] Mobile,
}

public sealed record OrderSettings
{
    public bool BaseExcludesTax { get; init; }
    public bool BaseExcludesShipping { get; init; }
    /// <summary>Whether fixed lines pay on an order whose total is 0 (money.md MO-25).</summary>
    public bool RewardFreeOrders { get; init; }
    /// <summary>Whether refunds take rewards back (money.md MO-28).</summary>
    public bool RefundsTouchRewards { get; init; } = true;
    /// <summary>Whether a fixed amount shrinks with partial refunds (money.md MO-27).</summary>
    public bool FixedProportionalOnPartialRefund { get; init; }
    /// <summary>Whether a repeated order id is refused even with the same content.</summary>
    public bool RefuseRepeats { get; init; }
}

public sealed record RewardSettings
{
    /// <summary>Hold of a campaign that does not set one.</summary>
    public int HoldDays { get; init; } = 30;
    public bool ManualApproval { get; init; }
    /// <summary>Currency that money rewards are converted to; null: they stay in the order's.</summary>
    public string? PayIn { get; init; }
    /// <summary>How old an exchange rate may be.</summary>
    public int RateMaxAgeDays { get; init; } = 7;
}

public sealed record PointsSettings
{
    public string Name { get; init; } = "Points";
    /// <summary>Value of one point in parts per million of a major unit of the programme's currency.</summary>
    public long ValuePpm { get; init; } = 10_000;
}

/// <summary>What only the Gameball dialect asks (gameball.md § 4.8).</summary>
public sealed record GameballSettings
{
    public bool Enabled { get; init; } = true;
    public int SignupWindowSeconds { get; init; } = 300;
    public bool HighSecurity { get; init; }
    /// <summary><c>4.0</c> or <c>4.1</c>.</summary>
    public string MinimumVersion { get; init; } = "4.0";
    public bool HideNamesFromPublicKey { get; init; }
    /// <summary>Whether a trusted call may name a referrer by customer id.</summary>
    public bool CustomerIdAsCode { get; init; } = true;
    /// <summary>The campaign shown by the configuration call; null: the oldest active one with a referrer line.</summary>
    public long? ShownCampaign { get; init; }
    /// <summary>Seconds bucket and window bucket of untrusted calls to customers and events, and of all others; 0: none.</summary>
    public int CustomerCallsPerSecond { get; init; } = 100;
    public int CustomerCallsPerHalfMinute { get; init; } = 1_200;
    public int OtherCallsPerSecond { get; init; } = 30;
    public int OtherCallsPerHalfMinute { get; init; } = 360;
    /// <summary>What webhooks tell a customer whom a referral paid; <c>{name}</c> is the customer's, <c>{points}</c> what it got.</summary>
    public string NoticeLanguage { get; init; } = "en";
    public string? NoticeIcon { get; init; }
    public string ReferrerNoticeTitle { get; init; } = "Successful Referral";
    public string ReferrerNoticeBody { get; init; } = "Your friend has joined. You got {points} points.";
    public string FriendNoticeTitle { get; init; } = "Referred Friend Achievement";
    public string FriendNoticeBody { get; init; } = "Welcome, {name}. You got {points} points.";
}

using System.Text.Json.Nodes;

namespace Tributary.Signups;

/// <summary>What a call says of a customer. Absent members change nothing.</summary>
public sealed record CustomerInput
{
    /// <summary>The merchant's own id: 1–100 characters, case-sensitive, opaque.</summary>
    public required string MerchantId { get; init; }
    public string? Email { get; init; }
    public string? Mobile { get; init; }
    /// <summary>On creation null means false. Afterwards <c>false</c> ends being a guest, <c>true</c> changes nothing.</summary>
    public bool? Guest { get; init; }
    /// <summary>Known to the merchant from before: never "new".</summary>
    public bool KnownBefore { get; init; }
    /// <summary>Attributes to merge by name; those inside the member <c>custom</c> are merged key by key. Null members are ignored.</summary>
    public JsonObject? Attributes { get; init; }
    /// <summary>A code chosen by the caller for this customer, used only when the customer gets its first code; null: generated.</summary>
    public string? OwnCode { get; init; }
    /// <summary>Whether all this is only said of a customer that is not known yet, because anybody may have said it.</summary>
    public bool OnlyIfNew { get; init; }
}

/// <summary>What a call asks of a sign-up besides the customer itself.</summary>
public sealed record SignUpTerms
{
    public static readonly SignUpTerms None = new();

    /// <summary>When the customer signed up, by which windows and campaigns are judged; null: now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Whether a customer that is there already is refused; one that was removed comes back.</summary>
    public bool MustBeNew { get; init; }

    /// <summary>Whether no two living customers may have one e-mail address.</summary>
    public bool UniqueEmail { get; init; }
}

/// <summary>What a call says of who referred the customer.</summary>
public sealed record ReferralClaim
{
    public static readonly ReferralClaim None = new();

    /// <summary>A code as typed, scanned or pasted: also a link or, where <see cref="AcceptCustomerIds"/>, a customer's id.</summary>
    public string? Code { get; init; }
    /// <summary>Coupons used on the order; those bound to a referrer are touches.</summary>
    public IReadOnlyList<string> Coupons { get; init; } = [];
    /// <summary>Whether a coupon that nobody knows is told in the explanation; a shop's ordinary discount codes need not be.</summary>
    public bool TellsUnknownCoupons { get; init; }
    /// <summary>A referrer whom the request names by our number; it counts like a code and names no link.</summary>
    public long? ReferrerId { get; init; }
    /// <summary>The address of a link, or of the page to which one has led, in any form of links.</summary>
    public string? ReferralUrl { get; init; }
    /// <summary>A click's id as links hand it out: 26 characters.</summary>
    public string? ClickId { get; init; }
    /// <summary>The id of the visitor's browser; its clicks inside the window are touches.</summary>
    public string? VisitorId { get; init; }
    /// <summary>A referrer whom a person of the merchant names by hand; it beats everything.</summary>
    public long? ManualReferrerId { get; init; }
    /// <summary>Whether the code may be a customer's id (gameball.md 4.2 rows 4 and 5).</summary>
    public bool AcceptCustomerIds { get; init; }
    /// <summary>How long after registration a code may come without an order; null: until the first paid order.</summary>
    public TimeSpan? CodeWindow { get; init; }
    /// <summary>How long after registration the first order may bring a code; null: any time.</summary>
    public TimeSpan? FirstOrderWithin { get; init; }
}

using Tributary.Referrers;

namespace Tributary.Attribution;

public enum TouchKind
{
    Manual,
    Coupon,
    Code,
    Click,
}

/// <summary>What looking a touch up has found.</summary>
public enum TouchFinding
{
    /// <summary>A referrer, whatever its state.</summary>
    Referrer,
    UnknownCode,
    AmbiguousCode,
    ExpiredCode,

    /// <summary>Something that can be no click's id.</summary>
    UnknownClick,

    /// <summary>A click id whose click has not been stored yet: it may come within days and decide then (CL-64).</summary>
    ClickNotHereYet,
    CouponUnknown,
    CouponUnbound,
    CouponInactive,
    CouponExpired,
    CouponExhausted,
    CouponNotFirstOrder,
    CouponMinimum,
    CouponOtherCustomer,
}

/// <summary>How a touch was given, as far as it may name a link.</summary>
public enum TouchSource
{
    /// <summary>Names no link.</summary>
    Other,
    Code,

    /// <summary>One of the clicks of the visitor that the call named.</summary>
    Visitor,
    ClickId,

    /// <summary>The address of a link or of the page that one led to.</summary>
    Address,
}

/// <summary>In what the referrer and the customer are the same person.</summary>
public enum SelfMatch
{
    None,

    /// <summary>Equal canonical e-mail or mobile number, or payout and payment fingerprint (F1).</summary>
    Contact,

    /// <summary>The referrer is this customer.</summary>
    Customer,
}

/// <summary>Anything that ties the customer to a referrer, with all that a decision asks about it.</summary>
public sealed record Touch
{
    /// <summary>The verdict of a click that counts.</summary>
    public const string Valid = "valid";

    /// <summary>The verdict of a click that repeats another one within seconds.</summary>
    public const string Duplicate = "duplicate";

    public required TouchKind Kind { get; init; }

    /// <summary>A click's id in its written form, of which the greater is the later one; else unique among the touches.</summary>
    public required string Id { get; init; }

    /// <summary>Its own time: of a click when the request arrived, of a claim the time of what carried it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>As typed, for the explanation.</summary>
    public string? Text { get; init; }

    /// <summary>Which of several claims of one kind is asked first: 0 before 1. Clicks go by their time instead.</summary>
    public int Rank { get; init; }

    public TouchFinding Finding { get; init; } = TouchFinding.Referrer;

    /// <summary>Null when no referrer was found.</summary>
    public long? ReferrerId { get; init; }

    public ReferrerKind ReferrerKind { get; init; }

    /// <summary>Switched on, not a guest, not deleted, now. Its state at the time of a click is in the click's verdict.</summary>
    public bool ReferrerActive { get; init; } = true;

    public SelfMatch SelfMatch { get; init; }

    /// <summary>The referrer may refer itself: an exemption that a person gave.</summary>
    public bool SelfReferralExempt { get; init; }

    /// <summary>The referrer is itself a customer whom this customer referred.</summary>
    public bool ReferredByFriend { get; init; }

    /// <summary>A click's verdict, or what that of a click on the named link would be: <see cref="Valid"/>, or the reason why not.</summary>
    public string Verdict { get; init; } = Valid;

    /// <summary>Of a duplicate: the click it repeats is valid.</summary>
    public bool OriginalCounts { get; init; }

    /// <summary>The fraud rule that rejects this touch, such as <c>f14</c>.</summary>
    public string? FraudRule { get; init; }

    public TouchSource Source { get; init; }

    /// <summary>The link it names; null: none.</summary>
    public long? LinkId { get; init; }

    /// <summary>The click it is.</summary>
    public Guid? ClickId { get; init; }

    internal Via Via => Kind switch
    {
        TouchKind.Manual => Via.Manual,
        TouchKind.Coupon => Via.Coupon,
        TouchKind.Code => Via.Code,
        TouchKind.Click => Via.Click,
    };
}

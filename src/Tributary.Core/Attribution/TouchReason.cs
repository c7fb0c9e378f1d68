namespace Tributary.Attribution;

/// <summary>Why a touch won or lost (CL-94): a closed list, so that every loser can be explained.</summary>
public enum TouchReason
{
    Won,
    OutrankedByManual,
    OutrankedByExisting,
    OutrankedByCoupon,
    OutrankedByCode,
    OutrankedByClick,
    OlderClick,
    NewerClick,
    OutOfWindow,
    AfterEvent,
    Future,

    /// <summary>With the click's verdict as parameter.</summary>
    Invalid,
    UnknownCode,
    UnknownClick,
    AmbiguousCode,
    ExpiredCode,
    CouponUnknown,
    CouponUnbound,
    CouponInactive,
    CouponExpired,
    CouponExhausted,
    CouponNotFirstOrder,
    CouponMinimum,
    CouponOtherCustomer,
    ReferrerInactive,
    SelfReferral,
    Circular,
    CustomerNotNew,
    CustomerLocked,
    CodeTooLate,
    ClickNotHereYet,

    /// <summary>The code was nobody's when the order carried it, and was claimed afterwards.</summary>
    ClaimedLater,

    /// <summary>With the fraud rule as parameter.</summary>
    Fraud,
}

/// <summary>The words of the reasons, which are stored and answered and never change.</summary>
public static class TouchReasonText
{
    private const string InvalidPrefix = "invalid_";
    private const string FraudPrefix = "fraud_";

    public static string Of(TouchReason reason, string? parameter = null) => reason switch
    {
        TouchReason.Won => "won",
        TouchReason.OutrankedByManual => "outranked_by_manual",
        TouchReason.OutrankedByExisting => "outranked_by_existing",
        TouchReason.OutrankedByCoupon => "outranked_by_coupon",
        TouchReason.OutrankedByCode => "outranked_by_code",
        TouchReason.OutrankedByClick => "outranked_by_click",
        TouchReason.OlderClick => "older_click",
        TouchReason.NewerClick => "newer_click",
        TouchReason.OutOfWindow => "out_of_window",
        TouchReason.AfterEvent => "after_event",
        TouchReason.Future => "future",
        TouchReason.Invalid => InvalidPrefix + parameter,
        TouchReason.UnknownCode => "unknown_code",
        TouchReason.UnknownClick => "unknown_click",
        TouchReason.AmbiguousCode => "ambiguous_code",
        TouchReason.ExpiredCode => "expired_code",
        TouchReason.CouponUnknown => "coupon_unknown",
        TouchReason.CouponUnbound => "coupon_unbound",
        TouchReason.CouponInactive => "coupon_inactive",
        TouchReason.CouponExpired => "coupon_expired",
        TouchReason.CouponExhausted => "coupon_exhausted",
        TouchReason.CouponNotFirstOrder => "coupon_not_first_order",
        TouchReason.CouponMinimum => "coupon_minimum",
        TouchReason.CouponOtherCustomer => "coupon_other_customer",
        TouchReason.ReferrerInactive => "referrer_inactive",
        TouchReason.SelfReferral => "self_referral",
        TouchReason.Circular => "circular",
        TouchReason.CustomerNotNew => "customer_not_new",
        TouchReason.CustomerLocked => "customer_locked",
        TouchReason.CodeTooLate => "code_too_late",
        TouchReason.ClickNotHereYet => "click_not_here_yet",
        TouchReason.ClaimedLater => "claimed_later",
        TouchReason.Fraud => FraudPrefix + parameter,
    };

    /// <summary>Reads a stored word back.</summary>
    public static bool TryParse(string? text, out TouchReason reason, out string? parameter)
    {
        (reason, parameter) = text switch
        {
            null => default,
            _ when text.StartsWith(InvalidPrefix, StringComparison.Ordinal) => (TouchReason.Invalid, text[InvalidPrefix.Length..]),
            _ when text.StartsWith(FraudPrefix, StringComparison.Ordinal) => (TouchReason.Fraud, text[FraudPrefix.Length..]),
            _ => (Enum.GetValues<TouchReason>().FirstOrDefault(candidate => Of(candidate) == text), null),
        };
        return text is not null && Of(reason, parameter) == text;
    }
}

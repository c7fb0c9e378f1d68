using System.Globalization;
using Tributary.Attribution;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;

namespace Tributary.Signups;

/// <summary>What a coupon asks of the order that used it.</summary>
/// <param name="IsFirst">Whether the customer had paid no order before.</param>
internal sealed record CouponOrder(long Total, Currency Currency, bool IsFirst);

/// <summary>The touches that a call carries, with what looking them up has found.</summary>
internal sealed class ClaimedTouches(
    ReferralProgram program, ReferralClaim claim, CustomerSnapshot snapshot, CustomerRow customer, DateTimeOffset at, CouponOrder? order)
{
    public const string CodeTouchId = "code";

    private readonly List<Touch> touches = [];

    /// <param name="order">Null: no order uses the claim's coupons, and what they ask of one is not asked.</param>
    public static IReadOnlyList<Touch> Of(
        ReferralProgram program, ReferralClaim claim, CustomerSnapshot snapshot, CustomerRow customer, DateTimeOffset at, CouponOrder? order = null) =>
        new ClaimedTouches(program, claim, snapshot, customer, at, order).All();

    private IReadOnlyList<Touch> All()
    {
        if (snapshot.ManualMatch is { } manual)
            touches.Add(WithReferrer(new Touch { Kind = TouchKind.Manual, Id = "manual", At = at }, manual));
        if (claim.ReferrerId is not null)
            touches.Add(OfNamedReferrer());
        if (claim.Code is { } code)
            touches.Add(OfCode(code));
        if (claim.ReferralUrl is { } address)
            touches.Add(OfAddress(address));
        for (var n = 0; n < claim.Coupons.Count; n++)
            AddCoupon(claim.Coupons[n], n);
        AddClicks();
        return touches;
    }

    /// <summary>By touch, how it was given: as a code, as a link, or as a customer's id.</summary>
    public static IReadOnlyDictionary<string, string> FormsOf(IReadOnlyList<Touch> touches, CustomerSnapshot snapshot) => touches.DistinctBy(touch => touch.Id).ToDictionary(
        touch => touch.Id,
        touch => touch.Source switch
        {
            TouchSource.ClickId => "click_id",
            TouchSource.Visitor => "visitor",
            TouchSource.Address => "link",
            TouchSource.Code or TouchSource.Other => FormOf(
                touch.Text, snapshot.CodeMatches.FirstOrDefault(match => match.ReferrerId is not null && match.ReferrerId == touch.ReferrerId)),
        });

    private static string FormOf(string? text, ReferrerMatch? match) => match switch
    {
        { IsCustomerId: true } => "customer_id",
        _ when text is not null && text.AsSpan().ContainsAny('/', '?') => "link",
        _ => "code",
    };

    /// <summary>A referrer that the request names comes before the code it carries, and that before an address.</summary>
    private Touch OfNamedReferrer()
    {
        var touch = new Touch { Kind = TouchKind.Code, Id = "referrer", At = at, Finding = TouchFinding.UnknownCode };
        return snapshot.NamedMatch is { Deleted: false } match ? WithReferrer(touch, match) : touch;
    }

    private Touch OfCode(string code)
    {
        var (match, ambiguous) = ClaimedReferrer.Resolve(ClaimedReferrer.Candidates(program, claim), snapshot.CodeMatches);
        var touch = new Touch
        {
            Kind = TouchKind.Code,
            Id = CodeTouchId,
            At = at,
            Text = Shown(code),
            Rank = 1,
            Finding = TouchFinding.UnknownCode,
            Source = TouchSource.Code,
        };
        if (ambiguous)
            return touch with { Finding = TouchFinding.AmbiguousCode };
        return match is null or { Deleted: true } or { Retired: true } ? touch : WithExpiry(WithReferrer(touch, match), match);
    }

    private Touch OfAddress(string address)
    {
        var touch = new Touch
        {
            Kind = TouchKind.Code,
            Id = "address",
            At = at,
            Text = Shown(address),
            Rank = 2,
            Finding = TouchFinding.UnknownCode,
            Source = TouchSource.Address,
        };
        return snapshot.Address?.Resolve() is { Referrer: { Deleted: false, Retired: false } match } found
            ? WithExpiry(WithReferrer(touch, match) with { Verdict = found.Verdict }, match)
            : touch;
    }

    /// <summary>The last instant of its life belongs to it (GB-9).</summary>
    private Touch WithExpiry(Touch touch, ReferrerMatch match) => match.ExpiresAt < at ? touch with { Finding = TouchFinding.ExpiredCode } : touch;

    private void AddCoupon(string coupon, int rank)
    {
        var canonical = ClaimedReferrer.CanonicalCoupon(coupon);
        var match = snapshot.CouponMatches.FirstOrDefault(match => match.Referrer.Canonical == canonical);
        if (match is null && !claim.TellsUnknownCoupons)
            return;
        var touch = new Touch
        {
            Kind = TouchKind.Coupon,
            Id = string.Create(CultureInfo.InvariantCulture, $"coupon:{rank}"),
            At = at,
            Text = Shown(match?.Referrer.Name ?? coupon),
            Rank = rank,
            Finding = TouchFinding.CouponUnknown,
        };
        touches.Add(match is null ? touch : WithReferrer(touch, match.Referrer) with { Finding = FindingOf(match) });
    }

    /// <summary>Whether the coupon's own conditions hold for the order, at the order's time (partnero.md § 3.6).</summary>
    private TouchFinding FindingOf(CouponMatch coupon)
    {
        if (coupon.Referrer.Retired)
            return TouchFinding.CouponInactive;
        if (coupon.Referrer.ExpiresAt < at)
            return TouchFinding.CouponExpired;
        if (coupon.Exhausted)
            return TouchFinding.CouponExhausted;
        if (coupon.OnlyCustomerId is { } only && only != customer.Id)
            return TouchFinding.CouponOtherCustomer;
        if (coupon.FirstTimeOrder && order is { IsFirst: false })
            return TouchFinding.CouponNotFirstOrder;
        if (coupon.MinimumAmount is { } minimum && order is not null && (order.Currency.Code != coupon.MinimumCurrency || order.Total < minimum))
            return TouchFinding.CouponMinimum;
        return coupon.Referrer.ReferrerId is null ? TouchFinding.CouponUnbound : TouchFinding.Referrer;
    }

    /// <summary>The coupons whose use by this order counts, whoever they attribute it to.</summary>
    public static IReadOnlyList<long> Redeemed(CustomerSnapshot snapshot, IReadOnlyList<Touch> touches) =>
    [
        .. from touch in touches
           where touch is { Kind: TouchKind.Coupon, Finding: TouchFinding.Referrer or TouchFinding.CouponUnbound }
           let id = snapshot.CouponMatches.FirstOrDefault(match => match.Referrer.Name == touch.Text)?.CouponId
           where id is not null
           select id.Value,
    ];

    /// <summary>A click that is named by its id and found among its visitor's too is one touch.</summary>
    private void AddClicks()
    {
        if (claim.ClickId is { } text && snapshot.ClickMatches.All(match => !match.Named))
            touches.Add(OfMissingClick(text));
        foreach (var match in snapshot.ClickMatches.OrderByDescending(match => match.Named).DistinctBy(match => match.Id))
        {
            touches.Add(WithReferrer(
                new Touch
                {
                    Kind = TouchKind.Click,
                    Id = match.Id.ToString(),
                    At = match.At,
                    Text = match.Id.ToString(),
                    LinkId = match.LinkId,
                    ClickId = match.Id.Value,
                    Verdict = match.Verdict,
                    OriginalCounts = match.OriginalCounts,
                    Source = match.Named ? TouchSource.ClickId : TouchSource.Visitor,
                },
                match.Referrer) with { LinkId = match.LinkId });
        }
    }

    /// <summary>It may come within days and decide then (clicks.md CL-64); what can be no id of a click never will.</summary>
    private Touch OfMissingClick(string text)
    {
        var touch = new Touch { Kind = TouchKind.Click, Id = "click", At = at, Text = Shown(text), Finding = TouchFinding.UnknownClick, Source = TouchSource.ClickId };
        return ClaimedClick.Of(claim) is { } id
            ? touch with { Id = id.ToString(), At = id.At, Finding = TouchFinding.ClickNotHereYet, ClickId = id.Value }
            : touch;
    }

    private Touch WithReferrer(Touch touch, ReferrerMatch match) => touch with
    {
        Finding = TouchFinding.Referrer,
        ReferrerId = match.ReferrerId,
        ReferrerKind = match.ReferrerKind is { } kind ? ReferrerKinds.Parse(kind) : ReferrerKind.Customer,
        ReferrerActive = match is { ReferrerId: not null, ReferrerState: "active", Deleted: false },
        SelfMatch = SelfMatchOf(match),
        ReferredByFriend = match.ReferredBy == customer.Id,
        LinkId = touch.Source is TouchSource.Code or TouchSource.Address ? match.LinkId : null,
    };

    private SelfMatch SelfMatchOf(ReferrerMatch match)
    {
        if (match.ReferrerId == customer.Id)
            return SelfMatch.Customer;
        return SameContact(customer, match.EmailHash, match.MobileDigits) ? SelfMatch.Contact : SelfMatch.None;
    }

    public static bool SameContact(CustomerRow customer, byte[]? emailHash, string? mobileDigits) =>
        (customer.EmailHash is { } own && emailHash is { } other && own.AsSpan().SequenceEqual(other))
        || (customer.MobileDigits is not null && customer.MobileDigits == mobileDigits);

    /// <summary>As typed, as far as it can be kept.</summary>
    private static string? Shown(string text)
    {
        var trimmed = text.Trim();
        var cut = trimmed.Length <= Limits.Text ? trimmed : trimmed[..Limits.Text];
        return StorableText.IsStorable(cut) ? cut : null;
    }
}

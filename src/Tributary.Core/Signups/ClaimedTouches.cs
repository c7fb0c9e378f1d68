using System.Globalization;
using Tributary.Attribution;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;

namespace Tributary.Signups;

/// <summary>The touches that a call carries, with what looking them up has found.</summary>
internal static class ClaimedTouches
{
    public const string CodeTouchId = "code";

    public static IReadOnlyList<Touch> Of(
        ReferralProgram program, ReferralClaim claim, CustomerSnapshot snapshot, CustomerRow customer, DateTimeOffset at)
    {
        var touches = new List<Touch>();
        if (snapshot.ManualMatch is { } manual)
            touches.Add(WithReferrer(new Touch { Kind = TouchKind.Manual, Id = "manual", At = at }, manual, customer));
        if (claim.Code is { } code)
            touches.Add(OfCode(program, claim, snapshot, customer, code, at));
        for (var n = 0; n < claim.Coupons.Count; n++)
        {
            var canonical = ClaimedReferrer.CanonicalCoupon(claim.Coupons[n]);
            if (snapshot.CouponMatches.FirstOrDefault(match => match.Canonical == canonical) is { } match)
                touches.Add(OfCoupon(customer, match, n, at));
        }
        return touches;
    }

    /// <summary>By touch, how it was given: as a code, as a link, or as a customer's id.</summary>
    public static IReadOnlyDictionary<string, string> FormsOf(IReadOnlyList<Touch> touches, CustomerSnapshot snapshot) => touches.ToDictionary(
        touch => touch.Id,
        touch => FormOf(touch.Text, snapshot.CodeMatches.FirstOrDefault(match => match.ReferrerId is not null && match.ReferrerId == touch.ReferrerId)));

    private static string FormOf(string? text, ReferrerMatch? match) => match switch
    {
        { IsCustomerId: true } => "customer_id",
        _ when text is not null && text.AsSpan().ContainsAny('/', '?') => "link",
        _ => "code",
    };

    private static Touch OfCode(
        ReferralProgram program, ReferralClaim claim, CustomerSnapshot snapshot, CustomerRow customer, string code, DateTimeOffset at)
    {
        var (match, ambiguous) = ClaimedReferrer.Resolve(ClaimedReferrer.Candidates(program, claim), snapshot.CodeMatches);
        var touch = new Touch { Kind = TouchKind.Code, Id = CodeTouchId, At = at, Text = Shown(code), Finding = TouchFinding.UnknownCode };
        if (ambiguous)
            return touch with { Finding = TouchFinding.AmbiguousCode };
        if (match is null or { Deleted: true } or { Retired: true })
            return touch;
        var found = WithReferrer(touch, match, customer);
        // The last instant of its life belongs to it (GB-9).
        return match.ExpiresAt < at ? found with { Finding = TouchFinding.ExpiredCode } : found;
    }

    private static Touch OfCoupon(CustomerRow customer, ReferrerMatch match, int rank, DateTimeOffset at)
    {
        var touch = WithReferrer(
            new Touch
            {
                Kind = TouchKind.Coupon,
                Id = string.Create(CultureInfo.InvariantCulture, $"coupon:{rank}"),
                At = at,
                Text = Shown(match.Name),
                Rank = rank,
            },
            match, customer);
        return match.Retired ? touch with { Finding = TouchFinding.CouponInactive }
            : match.ExpiresAt < at ? touch with { Finding = TouchFinding.CouponExpired }
            : touch;
    }

    private static Touch WithReferrer(Touch touch, ReferrerMatch match, CustomerRow customer) => touch with
    {
        Finding = TouchFinding.Referrer,
        ReferrerId = match.ReferrerId,
        ReferrerKind = match.ReferrerKind is { } kind ? ReferrerKinds.Parse(kind) : ReferrerKind.Customer,
        ReferrerActive = match is { ReferrerId: not null, ReferrerState: "active", Deleted: false },
        SelfMatch = SelfMatchOf(match, customer),
        ReferredByFriend = match.ReferredBy == customer.Id,
    };

    private static SelfMatch SelfMatchOf(ReferrerMatch match, CustomerRow customer)
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

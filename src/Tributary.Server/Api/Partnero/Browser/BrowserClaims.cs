using Tributary.Primitives;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Signups;

namespace Tributary.Server.Api.Partnero.Browser;

/// <summary>What a browser says of who referred: what it has kept, and what its page adds. It never names a partner by itself.</summary>
internal static class BrowserClaims
{
    private const int LongestId = 64;

    public static ReferralClaim Read(InputObject call, InputObject data)
    {
        var options = call.Object("options") ?? InputObject.Empty;
        var coupon = call.Text("coupon") ?? data.Text("discount_code", Limits.Text, "coupon_code", "coupon", "promo_code", "promotion_code");
        return new ReferralClaim
        {
            Code = call.Text("code"),
            ClickId = call.Text("click", LongestId) ?? options.Text("click_id", LongestId),
            VisitorId = call.Text("visitor", LongestId) ?? options.Text("visitor_id", LongestId),
            ReferralUrl = options.Text("referral_url", Limits.Url),
            Coupons = coupon is null ? [] : [coupon],
            TellsUnknownCoupons = true,
        };
    }
}

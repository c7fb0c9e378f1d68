using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Reporting;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Signups;

namespace Tributary.Server.Api.Partnero;

/// <summary>What a request says of who referred its customer.</summary>
/// <param name="IsAny">Whether it says anything at all.</param>
/// <param name="UnknownPartner">Whether it names a partner that does not exist.</param>
/// <param name="UnknownReferring">Whether it names a referring customer that does not exist.</param>
internal sealed record ReadClaim(ReferralClaim Claim, bool IsAny, bool UnknownPartner, bool UnknownReferring);

/// <summary>Reads claims: the partner or referring customer by any of its names, addresses, clicks, visitors, coupons (partnero.md § 5.3).</summary>
internal sealed class ClaimReader(PartnerQueries partners, CustomerDirectory customers)
{
    private const int LongestId = 64;

    /// <summary>Names under which shops send a coupon.</summary>
    private static readonly string[] CouponNames = ["coupon_code", "coupon", "promo_code", "promotion_code"];

    /// <summary>The coupon that was used at checkout, by any of the names that shops send it under.</summary>
    public static IReadOnlyList<string> CouponsOf(InputObject input) =>
        input.Text("discount_code", Limits.Text, CouponNames) is { } coupon ? [coupon] : [];

    /// <param name="input">The customer's or order's members, with the call's own beside them.</param>
    public async Task<ReadClaim> ReadAsync(ReferralProgram program, InputObject input, CancellationToken ct)
    {
        var options = input.Over("options");
        var claim = new ReferralClaim
        {
            ReferralUrl = options.Text("referral_url", Limits.Url),
            ClickId = options.Text("click_id", LongestId, "trb_click"),
            VisitorId = options.Text("visitor_id", LongestId, "partnero_session_uuid"),
            Coupons = CouponsOf(options),
            TellsUnknownCoupons = true,
        };
        var partner = input.Handle("partner") ?? input.Text("partnero_partner");
        var referring = input.Handle("referring_customer") ?? input.Text("partnero_referral");
        var isAny = partner is not null || referring is not null || claim.ReferralUrl is not null || claim.ClickId is not null
            || claim.VisitorId is not null || claim.Coupons.Count > 0;
        if (partner is not null)
        {
            var found = await partners.FindAsync(program.Id, partner, ct);
            return new ReadClaim(Naming(claim, partner, found), isAny, found is null, UnknownReferring: false);
        }
        if (referring is not null)
        {
            var found = await customers.FindAsync(program, referring, byCode: true, ct);
            return new ReadClaim(Naming(claim, referring, found), isAny, UnknownPartner: false, found is null);
        }
        return new ReadClaim(claim, isAny, UnknownPartner: false, UnknownReferring: false);
    }

    /// <summary>Named by a code, a partner brings the code's link; named by its id or address it brings none. An unknown one is told as such.</summary>
    private static ReferralClaim Naming(ReferralClaim claim, string handle, Partner? found)
    {
        var byCode = found is null || string.Equals(handle, found.Code, StringComparison.OrdinalIgnoreCase)
            || !(string.Equals(handle, found.Who.Key, StringComparison.OrdinalIgnoreCase) || string.Equals(handle, found.Who.Email, StringComparison.OrdinalIgnoreCase));
        return byCode ? claim with { Code = handle } : claim with { ReferrerId = found!.Id };
    }

    private static ReferralClaim Naming(ReferralClaim claim, string handle, DirectoryCustomer? found) =>
        found is null || string.Equals(handle, found.Code, StringComparison.OrdinalIgnoreCase)
            ? claim with { Code = handle }
            : claim with { ReferrerId = found.Number };
}

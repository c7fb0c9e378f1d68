using Tributary.Keys;
using Tributary.Referrers;

namespace Tributary.Server.Api.V1;

/// <summary>Discount codes of the merchant's shop that are bound to a referrer.</summary>
internal static class CouponsApi
{
    public static void MapCoupons(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/referrers/{referrerId:long}/coupons", ListAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listCoupons", "A referrer's coupons, oldest first, retired ones too");
        routes.MapPost("/referrers/{referrerId:long}/coupons", AddAsync).ForSecrets(KeyScopes.Write)
            .Describe("bindCoupon", "Bind a discount code of the shop to a referrer", StatusCodes.Status201Created);
        routes.MapGet("/coupons/{code}", GetAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getCoupon", "Whose coupon this is, in any letter case");
        routes.MapDelete("/coupons/{code}", RetireAsync).ForSecrets(KeyScopes.Write)
            .Describe("retireCoupon", "Retire a coupon: orders that use it are nobody's through it");
    }

    private static async Task<Answer<ListAnswer<CouponAnswer>>> ListAsync(
        Call call, long referrerId, Paging page, ReferrerRegister referrers, ReferrerCoupons coupons, CancellationToken ct)
    {
        if (!call.Sees(referrerId) || await referrers.FindAsync(call.Program.Id, referrerId, ct) is null)
            return Answers.NotFound("referrer");
        return ListAnswer<CouponAnswer>.Of(await coupons.ListAsync(call.Program.Id, referrerId, page.Request, ct), CouponAnswer.Of);
    }

    private static Task<Answer<CouponAnswer>> AddAsync(
        Call call, long referrerId, Body<CouponBody> body, ReferrerCoupons coupons, CancellationToken ct)
    {
        var wanted = body.Value;
        var made = new NewCoupon(referrerId, wanted.Code, wanted.DiscountKind, wanted.DiscountValue, wanted.ExpiresAt);
        return call.RunAsync(
            caller => coupons.AddAsync(call.Program, made, caller, ct), CouponAnswer.Of, StatusCodes.Status201Created, body: body.Bytes);
    }

    private static async Task<Answer<CouponAnswer>> GetAsync(Call call, PathText code, ReferrerCoupons coupons, CancellationToken ct)
    {
        var found = await coupons.FindAsync(call.Program.Id, code.Value, ct);
        return (found is not null && call.Sees(found.ReferrerId) ? found : null).OrNotFound(CouponAnswer.Of, "coupon");
    }

    private static async Task<Answer<CouponAnswer>> RetireAsync(Call call, PathText code, ReferrerCoupons coupons, CancellationToken ct) =>
        (await coupons.RetireAsync(call.Program, code.Value, call.Caller, ct)).Map(CouponAnswer.Of);
}

/// <param name="DiscountValue">As the merchant wrote it: the shop gives the discount.</param>
internal sealed record CouponAnswer(
    string Code,
    long ReferrerId,
    DiscountKind DiscountKind,
    string? DiscountValue,
    bool Retired,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt)
{
    public static CouponAnswer Of(ReferrerCoupon coupon) => new(
        coupon.Code, coupon.ReferrerId, coupon.DiscountKind, coupon.DiscountValue, coupon.Retired, coupon.ExpiresAt, coupon.CreatedAt);
}

internal sealed record CouponBody
{
    /// <summary>1 to 100 letters, digits, dots, - and _.</summary>
    public required string Code { get; init; }
    public required DiscountKind DiscountKind { get; init; }

    /// <summary>Of a percentage: <c>10</c> or <c>12.5</c>; of an amount: whole minor units.</summary>
    public string? DiscountValue { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
}

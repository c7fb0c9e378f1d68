using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Referrers.Discounts;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about promotion codes: the texts that are typed at checkout.</summary>
internal sealed class PromotionCodeCalls(DiscountCodes codes, RedeemCoupon redeem, CouponParties parties, CouponViews views)
{
    public IReadOnlyList<PartneroRoute> Routes =>
    [
        new("GET", "promotion-codes", ListAsync)
        {
            Summary = "Promotion codes, newest first", Reads = PartneroFields.Paging, Data = PartneroJson.Default.PromotionCodeView, IsList = true,
        },
        new("POST", "promotion-codes", CreateAsync)
        {
            Summary = "Make a code of a coupon", Reads = CouponFields.NewCode, Data = PartneroJson.Default.PromotionCodeView,
        },
        new("POST", "promotion-code", CreateAsync)
        {
            Summary = "The same under its older name", Reads = CouponFields.NewCode, Data = PartneroJson.Default.PromotionCodeView,
        },
        new("PUT", "promotion-codes", (call, ct) => ChangeAsync(call, call.Input.Text("code", Limits.Coupon), ct))
        {
            Summary = "Change the code that the body names, or tell its use", Reads = CouponFields.ChangedCode, Data = PartneroJson.Default.PromotionCodeView,
        },
        new("GET", "promotion-codes/{code}", (call, ct) => ShowAsync(call, call.Id, ct))
        {
            Summary = "One promotion code with its uses", Data = PartneroJson.Default.PromotionCodeView,
        },
        new("PUT", "promotion-codes/{code}", (call, ct) => ChangeAsync(call, call.Id, ct))
        {
            Summary = "Change a code, or tell its use", Reads = CouponFields.ChangedCode, Data = PartneroJson.Default.PromotionCodeView,
        },
        new("DELETE", "promotion-codes/{code}", DeleteAsync)
        {
            Summary = "Stop a code; what was done with it stays",
        },
    ];

    private async Task<PartneroAnswer> ListAsync(PartneroCall call, CancellationToken ct)
    {
        var list = call.List();
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var page = await codes.ListAsync(call.Program.Id, discountId: null, list.Slice, ct);
        return PartneroAnswer.List(list with { Next = page.Next }, await views.AllAsync(call, page.Items, ct), PartneroJson.Default.PromotionCodeView);
    }

    private async Task<PartneroAnswer> CreateAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var coupon = input.RequiredText("coupon_uuid", DiscountRegister.MostKey, "coupon_id");
        var (_, referrer) = await parties.ReadPartnerAsync(call, input, ct);
        var wanted = CouponMembers.ReadCode(input, call.Program.Currency) with
        {
            ReferrerId = referrer, OnlyCustomerId = await parties.ReadCustomerAsync(call, input, ct),
        };
        if (input.Refusal is { } refusal)
            return refusal;
        return await call.OnceAsync(
            caller => codes.CreateAsync(call.Program, coupon, wanted, caller, ct),
            made => made.Code,
            reference => ShowAsync(call, reference, ct, StatusCodes.Status201Created),
            field => field == "discount" ? "coupon_uuid" : field);
    }

    /// <param name="code">Null: the body did not name it.</param>
    private async Task<PartneroAnswer> ChangeAsync(PartneroCall call, string? code, CancellationToken ct)
    {
        var input = call.Input;
        if (code is null)
            input.Report(PartneroErrors.Missing("code"));
        var (said, referrer) = await parties.ReadPartnerAsync(call, input, ct);
        var metadata = CouponMembers.ReadMetadata(input);
        var redeems = input.Flag("redeem") ?? false;
        var order = input.Text("transaction_key", Limits.OrderId);
        var change = new DiscountCodeChange(said, referrer, input.Flag("active"), metadata.Count > 0 ? metadata : null);
        if (input.Refusal is { } refusal)
            return refusal;
        if (!(await codes.UpdateAsync(call.Program, code!, change, call.Caller, ct)).TryGet(out var changed, out var problem))
            return PartneroErrors.From(problem);
        if (redeems && !(await redeem.ExecuteAsync(call.Program, changed.Code, order, call.Caller, ct)).TryGet(out _, out var refused))
            return PartneroErrors.From(refused);
        return await ShowAsync(call, changed.Code, ct);
    }

    private async Task<PartneroAnswer> DeleteAsync(PartneroCall call, CancellationToken ct)
    {
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return (await codes.RetireAsync(call.Program, call.Id, call.Caller, ct)).TryGet(out _, out var problem)
            ? PartneroAnswer.Done()
            : PartneroErrors.From(problem);
    }

    private async Task<PartneroAnswer> ShowAsync(PartneroCall call, string code, CancellationToken ct, int status = StatusCodes.Status200OK)
    {
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return await codes.FindAsync(call.Program.Id, code, ct) is { } found
            ? PartneroAnswer.One((await views.AllAsync(call, [found], ct))[0], PartneroJson.Default.PromotionCodeView, status)
            : PartneroErrors.NotFound;
    }
}

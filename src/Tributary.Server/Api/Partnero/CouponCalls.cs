using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Referrers.Discounts;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about discount rules, which Partnero calls coupons.</summary>
internal sealed class CouponCalls(DiscountRegister discounts, CouponParties parties, CouponViews views)
{
    public IReadOnlyList<PartneroRoute> Routes =>
    [
        new("GET", "coupons", ListAsync)
        {
            Summary = "Coupons with their promotion codes, newest first", Reads = PartneroFields.Paging, Data = PartneroJson.Default.CouponView, IsList = true,
        },
        new("POST", "coupons", CreateAsync)
        {
            Summary = "Make a coupon with its codes; or a partner's code with its rule", Reads = CouponFields.New, Data = PartneroJson.Default.CouponView,
        },
        new("GET", "coupons/{coupon}", (call, ct) => ShowAsync(call, call.Id, null, ct))
        {
            Summary = "One coupon", Data = PartneroJson.Default.CouponView,
        },
        new("PUT", "coupons/{coupon}", ChangeAsync)
        {
            Summary = "Change a coupon", Reads = CouponFields.Changed, Data = PartneroJson.Default.CouponView,
        },
        new("DELETE", "coupons/{coupon}", DeleteAsync)
        {
            Summary = "Stop a coupon and its codes; what was done with them stays",
        },
    ];

    private async Task<PartneroAnswer> ListAsync(PartneroCall call, CancellationToken ct)
    {
        var list = call.List();
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var page = await discounts.ListAsync(call.Program.Id, list.Slice, ct);
        return PartneroAnswer.List(list with { Next = page.Next }, await views.AllAsync(call, page.Items, ct), PartneroJson.Default.CouponView);
    }

    private Task<PartneroAnswer> CreateAsync(PartneroCall call, CancellationToken ct) =>
        call.Input.Has("coupon_code") ? CreateSeedAsync(call, ct) : CreateByReferenceAsync(call, ct);

    private async Task<PartneroAnswer> CreateByReferenceAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var codes = new List<NewDiscountCode>();
        foreach (var item in CodesOf(input))
        {
            var (_, referrer) = await parties.ReadPartnerAsync(call, item, ct);
            codes.Add(CouponMembers.ReadCode(item, call.Program.Currency) with { ReferrerId = referrer, OnlyCustomerId = await parties.ReadCustomerAsync(call, item, ct) });
        }
        return await CreateAsync(call, CouponMembers.Read(input, call.Program.Currency, codes), seed: null, ct);
    }

    /// <summary>The guides' record: one partner's code.</summary>
    private async Task<PartneroAnswer> CreateSeedAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var (said, referrer) = await parties.ReadPartnerAsync(call, input, ct);
        if (!said)
            input.Report(PartneroErrors.Missing("partner_key"));
        var wanted = CouponMembers.ReadSeed(input, call.Program.Currency, referrer);
        return await CreateAsync(call, wanted, new SeedCoupon(input.Handle("partner") ?? "", wanted.Codes[0].Code!, input.Text("discount_type") ?? ""), ct);
    }

    private async Task<PartneroAnswer> CreateAsync(PartneroCall call, NewDiscount wanted, SeedCoupon? seed, CancellationToken ct)
    {
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return await call.OnceAsync(
            caller => discounts.CreateAsync(call.Program, wanted, caller, ct),
            made => made.Key,
            reference => ShowAsync(call, reference, seed, ct, StatusCodes.Status201Created),
            field => FieldOf(field, seed is not null));
    }

    private async Task<PartneroAnswer> ChangeAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var metadata = CouponMembers.ReadMetadata(input);
        var change = new DiscountChange(input.Text("name"), input.Flag("active"), metadata.Count > 0 ? metadata : null);
        if (input.Refusal is { } refusal)
            return refusal;
        return (await discounts.UpdateAsync(call.Program, call.Id, change, call.Caller, ct)).TryGet(out var changed, out var problem)
            ? await ShowAsync(call, changed.Key, null, ct, writes: true)
            : PartneroErrors.From(problem);
    }

    private async Task<PartneroAnswer> DeleteAsync(PartneroCall call, CancellationToken ct)
    {
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return (await discounts.RetireAsync(call.Program, call.Id, call.Caller, ct)).TryGet(out _, out var problem)
            ? PartneroAnswer.Done()
            : PartneroErrors.From(problem);
    }

    private async Task<PartneroAnswer> ShowAsync(
        PartneroCall call, string key, SeedCoupon? seed, CancellationToken ct, int status = StatusCodes.Status200OK, bool writes = false)
    {
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (await discounts.FindAsync(call.Program.Id, key, ct) is not { } found)
            return PartneroErrors.NotFound;
        var view = (await views.AllAsync(call, [found], ct))[0];
        if (seed is not null)
            view = view with { PartnerKey = seed.PartnerKey, CouponCode = seed.Code, DiscountType = seed.Type, DiscountValue = view.CouponDiscountAmount };
        return PartneroAnswer.One(view, PartneroJson.Default.CouponView, status, writes || status == StatusCodes.Status201Created ? CouponFields.Written : []);
    }

    /// <summary>Objects, or texts that are codes without conditions.</summary>
    private static IReadOnlyList<InputObject> CodesOf(InputObject input)
    {
        if (input.Members["promotion_codes"] is not JsonArray list)
            return [];
        var objects = new JsonArray([.. list.Select(each => each is JsonObject ? each.DeepClone() : new JsonObject { ["code"] = each?.DeepClone() })]);
        return input.With("promotion_codes", objects).Objects("promotion_codes", CouponMembers.MostCodes);
    }

    private static string FieldOf(string field, bool seed) => field switch
    {
        "key" => "uuid_code",
        "value" => seed ? "discount_value" : "coupon_discount_amount",
        _ when field.StartsWith("codes.", StringComparison.Ordinal) => seed ? "coupon_code" : "promotion_" + field,
        _ => field,
    };

    private sealed record SeedCoupon(string PartnerKey, string Code, string Type);
}

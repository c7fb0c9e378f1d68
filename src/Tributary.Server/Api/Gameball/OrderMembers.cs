using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>An order as this dialect sends it: gameball.md 3.7. Items, merchant and free data are kept for conditions and reports.</summary>
internal sealed record OrderMembers(OrderInput Order, WireCode Code, IReadOnlyList<string> Coupons, IReadOnlyList<OrderLine> Lines)
{
    public const string IdName = "orderId";
    private const int MostLines = 500;
    private const int MostCoupons = 50;
    private const int MostReturnDays = 7300;

    public static IReadOnlyList<WireMember> OfOrder { get; } =
    [
        .. CustomerMembers.OfPerson,
        WireMember.Required(IdName, WireType.Text, "The merchant's own id of the order, 1 to 255 characters"),
        WireMember.Required("totalPaid", WireType.Number, "After discounts, in major units of the programme's currency"),
        new("referrerCode", WireType.Text, "The referrer's code, a link with it or the referrer's customer id"),
        new("orderDate", WireType.Time, "Shown and reported; what decides is the arrival"),
        new("totalPrice", WireType.Number, "Before discounts"),
        new("totalDiscount", WireType.Number, "Kept"),
        new("totalShipping", WireType.Number, "Kept"),
        new("totalTax", WireType.Number, "Kept"),
        new("lineItems", WireType.Objects, "Up to 500 items") { Members = OrderLine.OfLine },
        new("redemption", WireType.Object, "Coupons used")
        {
            Members =
            [
                new("couponCodes", WireType.Texts, "The customer's own reward coupons, coupons of referrers, others"),
                new("couponsLockReference", WireType.Text, "Kept"),
            ],
        },
        new("merchant", WireType.Object, "Where") { Members = MerchantMembers.OfMerchant },
        new("channel", WireType.Text, "mobile, pos, web, callcenter or another"),
        new("cartId", WireType.Text, "Kept"),
        new("extra", WireType.Object, "Data of any shape, which conditions may ask"),
        new("cashbackConfigurations", WireType.Object, "Terms of this order")
        {
            Members = [new("returnWindow", WireType.Integer, "Days that rewards stay pending at least")],
        },
    ];

    public static OrderMembers Read(WireObject body, Currency currency, DateTimeOffset now)
    {
        var lines = body.Objects("lineItems", MostLines).Select(line => OrderLine.Read(line, currency)).ToList();
        var redemption = body.Object("redemption") ?? WireObject.Empty;
        if (redemption.Has("pointsHoldReference"))
            body.Report(GameballErrors.HoldUnknown);
        var coupons = redemption.Texts("couponCodes", MostCoupons);
        var order = new OrderInput
        {
            Customer = CustomerMembers.ReadPerson(body),
            OrderId = body.RequiredText(IdName, Limits.OrderId),
            Total = body.RequiredMoney("totalPaid", currency),
            Currency = currency,
            OrderedAt = OrderTimes.Read(body, "orderDate", now),
            JudgeByArrival = true,
            Price = body.Money("totalPrice", currency),
            Discount = body.Money("totalDiscount", currency),
            Shipping = body.Money("totalShipping", currency),
            Tax = body.Money("totalTax", currency),
            Channel = body.Text("channel"),
            ReturnWindowDays = (int)(body.Object("cashbackConfigurations")?.Integer("returnWindow", 0, MostReturnDays) ?? 0),
            Details = ReadDetails(body, redemption, coupons, lines),
        };
        return new OrderMembers(order, ReferralMembers.Read(body), coupons, lines);
    }

    /// <summary>Our own name of a member in Gameball's words.</summary>
    public static string NameOf(string? field) => field switch
    {
        "total" => "totalPaid",
        "code" or "contentCode" => "referrerCode",
        "customer" or "customer.merchantId" => CustomerMembers.IdName,
        { } other => other,
        null => "content",
    };

    private static JsonObject ReadDetails(
        WireObject body, WireObject redemption, IReadOnlyList<string> coupons, List<OrderLine> lines)
    {
        var details = new JsonObject();
        Keep(details, "lineItems", lines.Count > 0 ? new JsonArray([.. lines.Select(line => line.ToNode())]) : null);
        Keep(details, "coupons", coupons.Count > 0 ? new JsonArray([.. coupons.Select(coupon => JsonValue.Create(coupon))]) : null);
        Keep(details, "couponsLockReference", redemption.Text("couponsLockReference"));
        Keep(details, "merchant", MerchantMembers.Read(body));
        Keep(details, "cartId", body.Text("cartId"));
        Keep(details, "extra", body.FreeObject("extra"));
        Keep(details, "totalPaidText", NumberText(body, "totalPaid"));
        return details;
    }

    /// <summary>The amount as it was written, because clients send more digits than the currency has.</summary>
    private static JsonNode? NumberText(WireObject body, string name) =>
        body.Members.TryGetValue(name, out var element) && element.ValueKind == JsonValueKind.Number ? element.GetRawText() : null;

    internal static void Keep(JsonObject target, string name, JsonNode? value)
    {
        if (value is not null)
            target[name] = value;
    }
}

/// <summary>An item of an order or a refund; nothing of it is required.</summary>
internal sealed record OrderLine(string? ProductId, decimal? Quantity, decimal? Price, decimal? Taxes, decimal? Discount, JsonObject Kept)
{
    private const int MostWords = 100;
    private static readonly string[] Texts = ["sku", "title", "vendor"];

    public static IReadOnlyList<WireMember> OfLine { get; } =
    [
        new("productId", WireType.Text, "Of the product"),
        new("quantity", WireType.Number, "How many"),
        new("price", WireType.Number, "Of one, in major units"),
        new("sku", WireType.Text, "Stock keeping unit"),
        new("title", WireType.Text, "Name of the product"),
        new("vendor", WireType.Text, "Who makes it"),
        new("weight", WireType.Number, "Kept"),
        new("taxes", WireType.Number, "Of the item, in major units"),
        new("discount", WireType.Number, "Of the item, in major units"),
        new("category", WireType.Texts, "Categories"),
        new("collection", WireType.Texts, "Ids of collections"),
        new("tags", WireType.Texts, "Tags"),
        new("extra", WireType.Object, "Data of any shape"),
    ];

    public static OrderLine Read(WireObject line, Currency currency)
    {
        var kept = new JsonObject();
        var productId = line.Text("productId");
        OrderMembers.Keep(kept, "productId", productId);
        var quantity = Number(line, kept, "quantity");
        var price = Number(line, kept, "price");
        var taxes = Number(line, kept, "taxes");
        var discount = Number(line, kept, "discount");
        Number(line, kept, "weight");
        foreach (var name in Texts)
            OrderMembers.Keep(kept, name, line.Text(name));
        Words(line, kept, "category");
        Words(line, kept, "collection");
        Words(line, kept, "tags", "tag");
        OrderMembers.Keep(kept, "extra", line.FreeObject("extra"));
        return new OrderLine(productId, quantity, price, taxes, discount, kept);
    }

    public JsonNode ToNode() => Kept;

    private static decimal? Number(WireObject line, JsonObject kept, string name)
    {
        var number = line.Number(name);
        OrderMembers.Keep(kept, name, number);
        return number;
    }

    private static void Words(WireObject line, JsonObject kept, string name, string? alias = null)
    {
        var words = line.Texts(name, MostWords, alias);
        OrderMembers.Keep(kept, name, words.Count > 0 ? new JsonArray([.. words.Select(word => JsonValue.Create(word))]) : null);
    }
}

/// <summary>Where something was sold: <c>uniqueId</c>, <c>name</c> and a branch of the same.</summary>
internal static class MerchantMembers
{
    public static IReadOnlyList<WireMember> OfMerchant { get; } =
    [
        new("uniqueId", WireType.Text, "Of the merchant"),
        new("name", WireType.Text, "Of the merchant"),
        new("branch", WireType.Object, "Of the merchant")
        {
            Members = [new("uniqueId", WireType.Text, "Of the branch"), new("name", WireType.Text, "Of the branch")],
        },
    ];

    public static JsonObject? Read(WireObject body)
    {
        if (body.Object("merchant") is not { } merchant)
            return null;
        var kept = Place(merchant);
        if (merchant.Object("branch") is { } branch)
            OrderMembers.Keep(kept, "branch", Place(branch));
        return kept;
    }

    private static JsonObject Place(WireObject place)
    {
        var kept = new JsonObject();
        OrderMembers.Keep(kept, "uniqueId", place.Text("uniqueId"));
        OrderMembers.Keep(kept, "name", place.Text("name"));
        return kept;
    }
}

/// <summary>Times of orders and refunds, from clocks that are not to be trusted.</summary>
internal static class OrderTimes
{
    /// <summary>Tills stand in local time, which is up to a day ahead.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromHours(24);

    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time, or now where it lies ahead by no more than a day; null when absent.</summary>
    public static DateTimeOffset? Read(WireObject body, string name, DateTimeOffset now)
    {
        if (body.Time(name) is not { } time)
            return null;
        if (time < Earliest || time > now + MostAhead)
            body.Report(GameballErrors.TimeOutOfRange);
        return time > now ? now : time;
    }
}

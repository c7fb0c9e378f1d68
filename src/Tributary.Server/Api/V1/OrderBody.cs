using System.Text.Json.Nodes;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Signups;

namespace Tributary.Server.Api.V1;

/// <summary>An order as the merchant reports it; amounts in minor units, after discounts.</summary>
internal sealed record OrderBody : IClaimBody
{
    /// <summary>The merchant's id of the order: 1 to 255 characters.</summary>
    public required string OrderId { get; init; }

    /// <summary>The merchant's id of the customer, which is created if unknown.</summary>
    public required string CustomerId { get; init; }

    /// <summary>What else is known of the customer.</summary>
    public OrderCustomerBody? Customer { get; init; }

    public required long Total { get; init; }

    /// <summary>ISO 4217 code; left out: the programme's.</summary>
    public string? Currency { get; init; }
    public long? Price { get; init; }
    public long? Discount { get; init; }
    public long? Shipping { get; init; }
    public long? Tax { get; init; }

    /// <summary>When it was placed; left out: now.</summary>
    public DateTimeOffset? OrderedAt { get; init; }

    /// <summary>The code of who referred the customer, as typed, scanned or pasted.</summary>
    public string? ReferrerCode { get; init; }

    /// <summary>The id of the click that brought the person, from the address of your page or its cookie.</summary>
    public string? ClickId { get; init; }

    /// <summary>The id of the visitor's browser, from its cookie.</summary>
    public string? VisitorId { get; init; }

    /// <summary>The address of the link, or of the page on which the person arrived.</summary>
    public string? ReferralUrl { get; init; }

    /// <summary>Discount codes that were used; those bound to a referrer attribute the order.</summary>
    public IReadOnlyList<string>? Coupons { get; init; }

    /// <summary>web, pos, mobile, callcenter or a word of your own.</summary>
    public string? Channel { get; init; }

    /// <summary>Days that rewards of this order stay pending at least.</summary>
    public int? ReturnWindowDays { get; init; }

    /// <summary>False: recorded, earns nothing before it is paid.</summary>
    public bool? Paid { get; init; }
    public IReadOnlyList<OrderItemBody>? Items { get; init; }

    /// <summary>Anything else that campaigns may ask about, at most 16 KiB.</summary>
    public JsonObject? Extra { get; init; }

    public Outcome<OrderInput> ToInput(ReferralProgram program) =>
        Check() is { } problem ? problem : Primitives.Currency.ForOrders(Currency ?? program.Currency.Code).Map(currency => ToInput(program, currency));

    private OrderInput ToInput(ReferralProgram program, Currency currency) => new()
    {
        Customer = Customer?.ToInput(CustomerId) ?? new CustomerInput { MerchantId = CustomerId },
        OrderId = OrderId,
        Total = Total,
        Currency = currency,
        Price = Price,
        Discount = Discount,
        Shipping = Shipping,
        Tax = Tax,
        OrderedAt = OrderedAt,
        Claim = Claims.Of(program, this),
        ContentCode = Referrers.CodeText.TryFold(ReferrerCode, out var folded) ? folded : ReferrerCode ?? "",
        Channel = Channel,
        ReturnWindowDays = ReturnWindowDays ?? 0,
        Paid = Paid ?? true,
        Details = DetailsOf(),
    };

    private JsonObject DetailsOf()
    {
        var details = new JsonObject();
        if (Items is { Count: > 0 } items)
            details["lineItems"] = new JsonArray([.. items.Select(item => item.ToNode())]);
        if (Coupons is { Count: > 0 } coupons)
            details["coupons"] = new JsonArray([.. coupons.Select(coupon => (JsonNode)coupon)]);
        if (Extra is not null)
            details["extra"] = Extra.DeepClone();
        return details;
    }

    private Problem? Check()
    {
        const int mostReturnDays = 365;
        const int longestChannel = 40;
        if (ReturnWindowDays is < 0 or > mostReturnDays)
            return new Problem(ProblemCode.OutOfRange, $"The days are 0 to {mostReturnDays}.", "returnWindowDays");
        if (Items is { Count: > Limits.ItemsPerOrder })
            return new Problem(ProblemCode.TooMany, $"There are at most {Limits.ItemsPerOrder} items.", "items");
        if (Channel?.Length > longestChannel)
            return new Problem(ProblemCode.TooLong, $"A channel has at most {longestChannel} characters.", "channel");
        return Claims.Check(this) ?? (Extra is { } extra && System.Text.Encoding.UTF8.GetByteCount(extra.ToJsonString()) > Limits.MetadataBytes
            ? new Problem(ProblemCode.TooLarge, $"The extra takes at most {Limits.MetadataBytes / 1024} KiB.", "extra")
            : null);
    }
}

internal sealed record OrderCustomerBody
{
    public string? Email { get; init; }
    public string? Mobile { get; init; }
    public bool? Guest { get; init; }
    public bool? KnownBefore { get; init; }
    public JsonObject? Attributes { get; init; }

    public CustomerInput ToInput(string merchantId) => new()
    {
        MerchantId = merchantId,
        Email = Email,
        Mobile = Mobile,
        Guest = Guest,
        KnownBefore = KnownBefore ?? false,
        Attributes = Attributes,
    };
}

internal sealed record OrderItemBody
{
    public string? ProductId { get; init; }
    public string? Sku { get; init; }
    public string? Title { get; init; }
    public string? Type { get; init; }
    public string? Vendor { get; init; }
    public IReadOnlyList<string>? Categories { get; init; }
    public IReadOnlyList<string>? Collections { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    public long? Quantity { get; init; }

    /// <summary>Of one, in minor units.</summary>
    public long? Price { get; init; }

    public JsonNode ToNode()
    {
        var item = new JsonObject();
        Keep(item, "productId", ProductId);
        Keep(item, "sku", Sku);
        Keep(item, "title", Title);
        Keep(item, "type", Type);
        Keep(item, "vendor", Vendor);
        Keep(item, "category", WordsOf(Categories));
        Keep(item, "collection", WordsOf(Collections));
        Keep(item, "tags", WordsOf(Tags));
        Keep(item, "quantity", Quantity);
        Keep(item, "price", Price);
        return item;
    }

    private static JsonArray? WordsOf(IReadOnlyList<string>? words) =>
        words is { Count: > 0 } ? new JsonArray([.. words.Select(word => (JsonNode)word)]) : null;

    private static void Keep(JsonObject item, string name, JsonNode? value)
    {
        if (value is not null)
            item[name] = value;
    }
}

using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>
/// What conditions may ask of an order, under two spellings of the same field: <c>order.total</c> in minor units, and
/// <c>total_paid</c> in major units, which is how Gameball's campaigns are written (gameball.md 5.2).
/// </summary>
internal static class OrderFields
{
    /// <summary>What the customer did: <c>sale</c>, or the caller's own word.</summary>
    public const string Action = "order.action";

    private static readonly FrozenDictionary<string, Func<OrderFacts, IEnumerable<Fact>>> Table =
        Amounts().Concat(Others()).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Amounts that shrink with refunds, and are therefore judged again after each (MO-27).</summary>
    private static readonly FrozenSet<string> Shrinking =
        FrozenSet.ToFrozenSet(["order.total", "total_paid", "order.base"], StringComparer.Ordinal);

    public static IReadOnlyList<string> Native { get; } = [.. Table.Keys.Where(IsDotted)];

    public static IReadOnlyList<string> Metadata { get; } = [.. Table.Keys.Where(name => !IsDotted(name))];

    public static bool ShrinksWithRefunds(string field) => Shrinking.Contains(field);

    /// <summary>Null: no such field.</summary>
    public static IEnumerable<Fact>? Find(OrderFacts order, string field) =>
        Table.TryGetValue(field, out var find) ? find(order) : null;

    private static bool IsDotted(string name) => name.Contains('.', StringComparison.Ordinal);

    private static IEnumerable<KeyValuePair<string, Func<OrderFacts, IEnumerable<Fact>>>> Amounts()
    {
        (string Ours, string? Theirs, Func<OrderFacts, long?> Amount)[] fields =
        [
            ("order.total", "total_paid", order => order.RemainingTotal),
            ("order.base", null, order => order.RemainingBase),
            ("order.price", "total_price", order => order.Price),
            ("order.discount", "total_discount", order => order.Discount),
            ("order.shipping", "total_shipping", order => order.Shipping),
            ("order.tax", "total_tax", order => order.Tax),
        ];
        foreach (var (ours, theirs, amount) in fields)
        {
            yield return new(ours, order => Minor(amount(order)));
            if (theirs is not null)
                yield return new(theirs, order => Major(amount(order), order.Currency));
        }
    }

    private static IEnumerable<KeyValuePair<string, Func<OrderFacts, IEnumerable<Fact>>>> Others()
    {
        (string Ours, string[] Theirs, Func<OrderFacts, IEnumerable<Fact>> Facts)[] fields =
        [
            ("order.currency", [], order => Fact.Of(order.Currency.Code)),
            ("order.id", ["order_id"], order => Fact.Of(order.OrderId)),
            (Action, [], order => Fact.Of(order.Action ?? "sale")),
            ("order.channel", ["channel", "source"], order => order.Channel is null ? JsonFacts.At(order.Details, "channel") : Fact.Of(order.Channel)),
            ("order.coupon", ["discount_codes"], order => order.Coupons.Count > 0 ? order.Coupons.SelectMany(Fact.Of) : JsonFacts.At(order.Details, "coupons")),
            ("order.cart_id", ["cart_id"], order => JsonFacts.At(order.Details, "cartId")),
            ("order.merchant_id", ["merchant_id"], order => JsonFacts.At(order.Details["merchant"], "uniqueId")),
            ("order.merchant_name", ["merchant_name"], order => JsonFacts.At(order.Details["merchant"], "name")),
            ("order.branch_id", ["branch_id"], order => JsonFacts.At((order.Details["merchant"] as JsonObject)?["branch"], "uniqueId")),
            ("order.items", ["total_items"], TotalItems),
            ("order.unique_items", ["unique_items"], UniqueItems),
            ("item.product_id", ["product_id"], order => OfItems(order, "productId")),
            ("item.sku", ["product_sku"], order => OfItems(order, "sku")),
            ("item.type", [], order => OfItems(order, "type")),
            ("item.category", ["product_category"], order => OfItems(order, "category")),
            ("item.vendor", ["product_vendor"], order => OfItems(order, "vendor")),
            ("item.collection", ["collection_id"], order => OfItems(order, "collection")),
            ("item.tag", ["tag"], order => OfItems(order, "tags").Concat(OfItems(order, "tag"))),
            ("item.quantity", [], order => OfItems(order, "quantity")),
        ];
        return fields.SelectMany(field => field.Theirs.Prepend(field.Ours)
            .Select(name => new KeyValuePair<string, Func<OrderFacts, IEnumerable<Fact>>>(name, field.Facts)));
    }

    private static IEnumerable<Fact> Minor(long? amount) =>
        amount is { } minor ? [new Fact(MajorUnits.Format(minor, 0), IsNumber: true)] : [];

    private static IEnumerable<Fact> Major(long? amount, Currency currency) =>
        amount is { } minor ? [new Fact(MajorUnits.Shortest(minor, currency.Exponent), IsNumber: true)] : [];

    private static IEnumerable<JsonObject> Items(OrderFacts order) =>
        order.Details["lineItems"] is JsonArray items ? items.OfType<JsonObject>() : [];

    private static IEnumerable<Fact> OfItems(OrderFacts order, string member) =>
        Items(order).SelectMany(item => JsonFacts.At(item, member));

    /// <summary>Σ quantities; an item that names none is one. Nothing where the order came without items.</summary>
    private static IEnumerable<Fact> TotalItems(OrderFacts order)
    {
        var sum = new ExactNumber(0, 0);
        foreach (var item in Items(order))
        {
            var stated = JsonFacts.At(item, "quantity").FirstOrDefault().Text;
            sum = sum.Plus(stated is not null && ExactNumber.TryParse(stated, out var quantity) ? quantity : new ExactNumber(1, 0));
        }
        return Items(order).Any() ? [new Fact(sum.ToString(), IsNumber: true)] : [];
    }

    /// <summary>Different products; an item without a product id is one of its own.</summary>
    private static IEnumerable<Fact> UniqueItems(OrderFacts order)
    {
        var products = Items(order).Select(item => JsonFacts.At(item, "productId").FirstOrDefault().Text).ToList();
        return products.Count == 0
            ? []
            : [Fact.Of(products.OfType<string>().Distinct(StringComparer.Ordinal).Count() + products.Count(id => id is null))];
    }
}

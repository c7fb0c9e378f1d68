using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero;

/// <summary>Reads one transaction's own members; whose it is and who is claimed for it come from <see cref="TransactionCalls"/>.</summary>
internal static class TransactionMembers
{
    /// <summary>What of an order's details is this dialect's.</summary>
    public const string Kept = "partnero";
    public const string ProductId = "product_id";
    public const string ProductType = "product_type";
    public const string Points = "points";
    public const string PointsUnit = "points_unit";

    private const string Sale = "sale";
    private const int LongestAction = 64;
    private const int MostProducts = 100;
    private const int LongestUnit = 40;
    private const int GeneratedKey = 20;

    /// <param name="shared">The whole call's members, for what its transactions share.</param>
    /// <param name="usualKey">The order's id where it names none; null: one is generated.</param>
    public static OrderInput Read(ReferralProgram program, InputObject input, InputObject shared, string? usualKey, DateTimeOffset now)
    {
        var action = input.Text("action", LongestAction);
        var isSale = action is null || action == Sale;
        var isCurrency = input.Flag("is_currency") ?? true;
        var currency = isCurrency ? input.Currency(program.Currency, "amount_units", "currency") : program.Currency;
        if (isCurrency && !input.Has("amount_units", "currency") && !ReferenceEquals(input, shared))
            currency = shared.Currency(program.Currency, "amount_units", "currency");
        var reward = input.Money("reward", currency);
        if (isSale && reward is null && !input.Has("amount"))
            input.Report("amount", "The amount field is required.");
        var kept = new JsonObject();
        var amount = isCurrency ? input.Money("amount", currency) : KeepPoints(input, kept);
        var order = new OrderInput
        {
            Customer = new() { MerchantId = "" },
            OrderId = input.Text("key", Limits.OrderId, "transaction_id", "id") ?? usualKey ?? Base62.Random(GeneratedKey),
            Total = isCurrency ? amount ?? 0 : 0,
            Currency = currency,
            Price = input.Money("gross_amount", currency),
            Discount = input.Money("discount_amount", currency),
            OrderedAt = input.PastTime("created_at", now),
            Terms = new RewardTerms
            {
                Action = isSale ? null : action,
                Stated = reward,
                Rewardable = input.Flag("rewardable") ?? true,
                Settled = input.Flag("rewarded") ?? false,
                HeldWithin = program.Settings.Partnero.MinOrderIntervalSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            },
            Details = Details(input, kept),
        };
        return order;
    }

    /// <summary>
    /// Everything by which a repetition is told from another order, besides customer, amount and currency. Only a hash is kept.
    /// </summary>
    public static OrderInput WithContent(OrderInput order)
    {
        var terms = order.Terms;
        var kept = order.Details[Kept]?.ToJsonString();
        var text = string.Join('\n', terms.Action, terms.Stated, terms.Rewardable, terms.Settled, string.Join(',', order.Claim.Coupons), kept);
        return order with { ContentCode = "partnero:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) };
    }

    /// <summary>A number of points, of a programme's own unit, is no money: it is kept and shown, and rewards are not computed from it.</summary>
    private static long? KeepPoints(InputObject input, JsonObject kept)
    {
        if (input.Integer("amount", 0, long.MaxValue) is not { } points)
            return null;
        kept[Points] = points;
        kept[PointsUnit] = input.Text("amount_units", LongestUnit) ?? Points;
        return points;
    }

    private static JsonObject Details(InputObject input, JsonObject kept)
    {
        Keep(ProductId);
        Keep(ProductType);
        var ids = input.Texts(ProductId, MostProducts);
        if (ids.Count == 0 && input.Members["product"] is JsonObject && input.Object("product")?.Text("key") is { } key)
            ids = [key];
        var types = input.Texts(ProductType, MostProducts);
        var details = new JsonObject();
        if (ids.Count > 0 || types.Count > 0)
            details["lineItems"] = new JsonArray([.. Items(ids, types)]);
        if (kept.Count > 0)
            details[Kept] = kept;
        return details;

        void Keep(string name)
        {
            if (input.Has(name))
                kept[name] = input.Members[name]!.DeepClone();
        }
    }

    /// <summary>The first product is of the first type, and so on; conditions ask for any of them.</summary>
    private static IEnumerable<JsonNode> Items(IReadOnlyList<string> ids, IReadOnlyList<string> types)
    {
        for (var n = 0; n < Math.Max(ids.Count, types.Count); n++)
        {
            var item = new JsonObject();
            if (n < ids.Count)
                item["productId"] = ids[n];
            if (n < types.Count)
                item["type"] = types[n];
            yield return item;
        }
    }
}

using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Reporting;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>A transaction; everything after <paramref name="Rewards"/> is ours.</summary>
/// <param name="Key">The merchant's id of the order.</param>
/// <param name="Partner">The partner's id.</param>
/// <param name="Customer">The merchant's id of the customer.</param>
/// <param name="Credit">True for store credit, which this server does not keep.</param>
/// <param name="DeletedAt">When the whole of it was taken back.</param>
/// <param name="ReferringCustomer">The merchant's id of the customer who referred this one.</param>
/// <param name="Link">The id of the link that is credited.</param>
internal sealed record TransactionView(
    string Key,
    string Action,
    WireAmount Amount,
    string? Partner,
    string? Customer,
    bool Credit,
    bool IsCurrency,
    string AmountUnits,
    PartneroTime CreatedAt,
    PartneroTime? DeletedAt,
    IReadOnlyList<RewardView> Rewards,
    string? ReferringCustomer,
    string? Link,
    string? Via,
    string? DiscountCode,
    WireAmount? GrossAmount,
    WireAmount? DiscountAmount,
    WireAmount RefundedAmount,
    bool Archived);

/// <summary>Shows transactions.</summary>
internal sealed class TransactionViews(OrderDirectory orders)
{
    private const string Sale = "sale";

    public async Task<PartneroAnswer> ListAsync(PartneroCall call, PartneroList list, OrderDirectoryFilter filter, CancellationToken ct)
    {
        var page = await orders.ListAsync(call.Program.Id, filter, list.Slice, ct);
        return PartneroAnswer.List(list with { Next = page.Next }, [.. page.Items.Select(Of)], PartneroJson.Default.TransactionView);
    }

    public static TransactionView Of(DirectoryOrder order)
    {
        var details = order.Details;
        var kept = details[TransactionMembers.Kept] as JsonObject ?? [];
        var action = (string?)details["action"] ?? Sale;
        var points = (long?)kept[TransactionMembers.Points];
        return new TransactionView(
            order.OrderId,
            action,
            points is { } count ? WireAmount.Points(count) : WireAmount.Money(order.Total, order.Currency),
            order.ReferrerKey,
            order.CustomerId,
            Credit: false,
            IsCurrency: points is null,
            points is null ? order.Currency.Code : (string?)kept[TransactionMembers.PointsUnit] ?? TransactionMembers.Points,
            PartneroTime.Of(order.OrderedAt),
            PartneroTime.Of(order.CancelledAt),
            [.. order.Rewards.Select(reward => RewardView.Of(
                reward, action, order.CustomerId, reward.RecipientId == order.ReferrerId ? order.ReferrerKey : null, ProductsOf(kept)))],
            order.ReferringId,
            order.LinkId,
            ViaWords.Of(order.Via, order.ByAddress, ofOrder: true),
            details["coupons"] is JsonArray { Count: > 0 } coupons ? coupons[0]?.ToString() : null,
            AmountOf(details["price"], order.Currency),
            AmountOf(details["discount"], order.Currency),
            WireAmount.Money(order.Refunded, order.Currency),
            order.Archived);
    }

    /// <summary>As sent.</summary>
    private static JsonObject ProductsOf(JsonObject kept)
    {
        var products = new JsonObject();
        foreach (var name in (ReadOnlySpan<string>)[TransactionMembers.ProductId, TransactionMembers.ProductType])
        {
            if (kept[name] is { } sent)
                products[name] = sent.DeepClone();
        }
        return products;
    }

    private static WireAmount? AmountOf(JsonNode? minor, Currency currency) =>
        minor is JsonValue value && value.TryGetValue<long>(out var amount) ? WireAmount.Money(amount, currency) : null;
}

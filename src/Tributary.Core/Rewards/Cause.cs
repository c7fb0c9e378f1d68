using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Programs;

namespace Tributary.Rewards;

/// <summary>Something that happened to a customer and may earn.</summary>
/// <param name="Key">Its name in the causes of rewards: <c>lead:5</c>, <c>order:1216</c>, <c>event:1248</c>.</param>
internal sealed record Cause(string Key, CauseKind Kind, DateTimeOffset At, bool Trusted, long? OrderKey, OrderFacts? Order, EventFacts? Event)
{
    /// <summary>Members of an order's details: what was done where it is no sale, and why no campaign pays for it.</summary>
    public const string ActionMember = "action";
    public const string WithheldMember = "withheld";

    /// <summary>How many orders the customer had paid before; null: as many as before the operation.</summary>
    public int? PriorOrders { get; init; }

    public static Cause OfLead(long customerId, DateTimeOffset at, bool trusted) =>
        new($"lead:{customerId}", CauseKind.Lead, at, trusted, null, null, null);

    public static Cause OfEvent(long eventKey, string name, JsonObject? metadata, DateTimeOffset at, bool trusted) =>
        new($"event:{eventKey}", CauseKind.Event, at, trusted, null, null, new EventFacts(name, metadata));

    public static Cause OfOrder(OrderRow order, bool isFirst, IReadOnlyList<RefundRow> refunds) =>
        new($"order:{order.Key}", CauseKind.Order, order.OccurredAt, true, order.Key, FactsOf(order, isFirst, refunds), null);

    /// <summary>The order as campaigns see it: its amounts, what refunds left, and what the caller said of it.</summary>
    public static OrderFacts FactsOf(OrderRow order, bool isFirst, IReadOnlyList<RefundRow> refunds)
    {
        var details = (JsonObject)JsonNode.Parse(order.Details)!;
        return new OrderFacts
        {
            Currency = order.Currency,
            Total = order.Total,
            Base = order.Base,
            RemainingBase = RemainingBase.After(order.Total, order.Base, refunds),
            Refunded = RemainingBase.Refunded(refunds),
            Cancelled = refunds.Any(r => r is { Counts: true, Kind: "cancel" }),
            IsFirst = isFirst,
            OrderId = order.OrderId,
            Price = Amount(details, "price"),
            Discount = Amount(details, "discount"),
            Shipping = Amount(details, "shipping"),
            Tax = Amount(details, "tax"),
            Channel = order.Channel,
            ReturnWindowDays = (int)(Amount(details, "returnWindowDays") ?? 0),
            Action = (string?)details[ActionMember],
            Withheld = (string?)details[WithheldMember] is { } withheld ? Reason.CodeOf(withheld) : null,
            Details = details,
        };
    }

    public CauseFacts ToFacts(ReferralProgram program, CustomerFacts customer, ReferrerFacts? referrer) => new()
    {
        Kind = Kind,
        At = At,
        Trusted = Trusted,
        Zone = program.Settings.Zone,
        Order = Order,
        Event = Event,
        Customer = customer,
        Referrer = referrer,
    };

    private static long? Amount(JsonObject details, string name) =>
        details[name] is JsonValue value && value.TryGetValue<long>(out var amount) ? amount : null;
}

using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>What calls about transactions read, for the description.</summary>
internal static class TransactionFields
{
    public static readonly IReadOnlyList<WireMember> Key = [WireMember.Required("key", WireType.Text, "the merchant's id of the order")];

    public static readonly IReadOnlyList<WireMember> New =
    [
        WireMember.Required("customer", WireType.Object, "id, key or email of the customer; an unknown one is created from the members") with { Members = CustomerFields.Described },
        .. Own,
        .. CustomerFields.Claims,
        new("transactions", WireType.Objects, "up to 500 transactions of one customer") { Members = Own },
    ];

    public static readonly IReadOnlyList<WireMember> List =
    [
        .. PartneroFields.Paging,
        new("key", WireType.Text, "the merchant's id of the order"),
        new("partner", WireType.Object, "id, key or email of the partner"),
        new("customer", WireType.Object, "id, key or email of the customer"),
        new("action", WireType.Text, "sale, or another word"),
        new("archived", WireType.Flag, "whether archived and deleted ones are shown too"),
    ];

    public static readonly IReadOnlyList<WireMember> Refund =
    [
        WireMember.Required("amount", WireType.Number, "in the transaction's currency, more than 0"),
        WireMember.Required("key", WireType.Text, "the merchant's id of the refund; the same again refunds nothing more"),
        new("created_at", WireType.Time, "when it was refunded"),
    ];

    private static IReadOnlyList<WireMember> Own =>
    [
        new("key", WireType.Text, "the merchant's id of the order; also transaction_id or id; generated if absent"),
        new("amount", WireType.Number, "what the customer paid; needed unless a reward or another action is sent"),
        new("amount_units", WireType.Text, "its currency; also currency; the programme's if absent"),
        new("is_currency", WireType.Flag, "false: points, amount_units is their name"),
        new("action", WireType.Text, "sale if absent; other words are for campaigns that ask for them"),
        new("reward", WireType.Number, "the referrer's reward, in place of what campaigns give"),
        new("rewarded", WireType.Flag, "whether the reward was paid outside already"),
        new("rewardable", WireType.Flag, "false: nobody earns by it"),
        new("product_id", WireType.Texts, "for campaigns' conditions"),
        new("product_type", WireType.Texts, "for campaigns' conditions"),
        new("gross_amount", WireType.Number, "stored and shown"),
        new("discount_amount", WireType.Number, "stored and shown"),
        new("created_at", WireType.Time, "the order's own time"),
    ];
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>A customer as the publishable key sees it: no e-mail, no number.</summary>
internal sealed record CustomerView(
    long GameballId,
    string CustomerId,
    string? DisplayName,
    CustomerAttributesView CustomerAttributes,
    string? ReferralCode,
    string? ReferralLink,
    string? DynamicReferralLink,
    bool IsReferred)
{
    public static CustomerView Public(GameballCall call, CustomerProfile profile)
    {
        var hidden = !call.Trusted && call.Program.Settings.Gameball.HideNamesFromPublicKey;
        var links = ReferralLinks.Of(call.Program, profile.Code);
        return new CustomerView(
            profile.Number,
            call.Id,
            hidden ? null : profile.DisplayName,
            CustomerAttributesView.Of(profile, call.Program.Currency),
            profile.Code,
            links.Link,
            links.MobileLink,
            profile.Referral is not null);
    }
}

internal sealed record CustomerAttributesView(
    string? Gender,
    string? Country,
    string? City,
    string? Zip,
    string? Source,
    JsonNode? Custom,
    JsonArray Tags,
    JsonArray Utms,
    [property: JsonPropertyName("utMs")] JsonArray UtmsAsAlsoSpelled,
    JsonArray Devices,
    JsonArray PaymentMethods,
    WireAmount? TotalSpent,
    long? TotalOrders,
    WireInstant? LastOrderDate,
    WireInstant? ManualDate)
{
    public static CustomerAttributesView Of(CustomerProfile profile, Currency currency)
    {
        var stored = new StoredAttributes(profile.Attributes);
        return new CustomerAttributesView(
            stored.Text("gender"),
            stored.Text("country"),
            stored.Text("city"),
            stored.Text("zip"),
            stored.Text("source"),
            stored.Node("custom"),
            stored.List("tags"),
            stored.List("utms"),
            stored.List("utms"),
            stored.List("devices"),
            stored.List("paymentMethods"),
            OrderTotals.Spent(profile, stored, currency),
            OrderTotals.Count(profile, stored),
            OrderTotals.Last(profile, stored),
            null);
    }
}

/// <summary>A customer as exports need it: everything that is known.</summary>
internal sealed record CustomerDetailsView(
    long GameballId,
    string CustomerId,
    string? DisplayName,
    FullAttributesView CustomerAttributes,
    string? ReferralCode,
    string? ReferralLink,
    string? DynamicReferralLink,
    bool IsReferred,
    bool Guest,
    WireInstant CreatedAt,
    string? ReferralStatus,
    string? ReferredByCustomerId,
    WireInstant? ReferralActivationDate)
{
    public static CustomerDetailsView Of(GameballCall call, CustomerProfile profile)
    {
        var links = ReferralLinks.Of(call.Program, profile.Code);
        return new CustomerDetailsView(
            profile.Number,
            call.Id,
            profile.DisplayName,
            FullAttributesView.Of(profile, call.Program.Currency),
            profile.Code,
            links.Link,
            links.MobileLink,
            profile.Referral is not null,
            profile.Guest,
            new WireInstant(profile.CreatedAt),
            profile.Referral is { } referral ? (referral.IsActive ? "successful" : "pending") : null,
            profile.Referral?.ReferrerMerchantId,
            WireInstant.Of(profile.Referral?.ActivatedAt));
    }
}

internal sealed record FullAttributesView(
    string? DisplayName,
    string? FirstName,
    string? LastName,
    string? Email,
    string? Mobile,
    string? Gender,
    string? Country,
    string? City,
    string? Zip,
    string? PreferredLanguage,
    string? Source,
    string? Channel,
    string? DateOfBirth,
    string? JoinDate,
    JsonNode? Custom,
    JsonArray Tags,
    JsonArray Utms,
    [property: JsonPropertyName("utMs")] JsonArray UtmsAsAlsoSpelled,
    JsonArray Devices,
    JsonArray PaymentMethods,
    WireAmount? TotalSpent,
    WireAmount? AvgOrderAmount,
    long? TotalOrders,
    WireInstant? LastOrderDate,
    WireInstant? ManualDate)
{
    public static FullAttributesView Of(CustomerProfile profile, Currency currency)
    {
        var stored = new StoredAttributes(profile.Attributes);
        return new FullAttributesView(
            stored.Text("displayName"),
            stored.Text("firstName"),
            stored.Text("lastName"),
            profile.Email,
            profile.Mobile,
            stored.Text("gender"),
            stored.Text("country"),
            stored.Text("city"),
            stored.Text("zip"),
            stored.Text("preferredLanguage"),
            stored.Text("source"),
            stored.Text("channel"),
            stored.Text("dateOfBirth"),
            stored.Text("joinDate"),
            stored.Node("custom"),
            stored.List("tags"),
            stored.List("utms"),
            stored.List("utms"),
            stored.List("devices"),
            stored.List("paymentMethods"),
            OrderTotals.Spent(profile, stored, currency),
            stored.Number("avgOrderAmount") is { } average ? new WireAmount(average) : null,
            OrderTotals.Count(profile, stored),
            OrderTotals.Last(profile, stored),
            null);
    }
}

/// <summary>Totals come from recorded orders, else from what the client stored.</summary>
internal static class OrderTotals
{
    public static WireAmount? Spent(CustomerProfile profile, StoredAttributes stored, Currency currency) =>
        profile.OrdersCount > 0
            ? WireAmount.Money(profile.OrdersTotal, currency)
            : stored.Number("totalSpent") is { } spent ? new WireAmount(spent) : null;

    public static long? Count(CustomerProfile profile, StoredAttributes stored) =>
        profile.OrdersCount > 0
            ? profile.OrdersCount
            : stored.Number("totalOrders") is { } count && WireNumber.TryInteger(count, out var number) ? number : null;

    public static WireInstant? Last(CustomerProfile profile, StoredAttributes stored)
    {
        if (profile.LastOrderAt is { } last)
            return new WireInstant(last);
        return stored.Text("lastOrderDate") is { } text && WireTime.TryParse(text, out var time) ? new WireInstant(time) : null;
    }
}

/// <summary>Attributes as this dialect stored them; whoever else wrote them may have used other types.</summary>
internal readonly struct StoredAttributes(JsonObject attributes)
{
    public string? Text(string name) =>
        attributes[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public JsonNode? Node(string name) => attributes[name]?.DeepClone();

    /// <summary>The digits of a number.</summary>
    public string? Number(string name) =>
        attributes[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.ToJsonString() : null;

    public JsonArray List(string name) => attributes[name] is JsonArray list ? (JsonArray)list.DeepClone() : [];
}

/// <summary>The addresses that share a code; null where the programme has no template for one, or there is no code.</summary>
internal readonly record struct ReferralLinks(string? Link, string? MobileLink)
{
    public static ReferralLinks Of(ReferralProgram program, string? code)
    {
        if (code is null)
            return default;
        var settings = program.Settings.Links;
        return new ReferralLinks(
            ReferralLink.Render(settings.Template, settings.Site, code),
            settings.MobileTemplate is { } mobile ? ReferralLink.Render(mobile, settings.Site, code) : null);
    }
}

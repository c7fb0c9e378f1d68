using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;
using Tributary.Signups;

namespace Tributary.Server.Api.Gameball;

/// <summary>
/// What calls say of a customer: the id and the contact data that orders and events carry as well, and the attributes of a
/// profile (gameball.md 3.1).
/// </summary>
internal static class CustomerMembers
{
    public const string IdName = "customerId";
    private const string OldIdName = "playerUniqueId";
    private const int LongestDeviceText = 512;
    private const int MostItems = 50;

    private static readonly string[] Texts =
        ["firstName", "lastName", "gender", "country", "city", "zip", "preferredLanguage", "source", "channel"];

    private static readonly string[] Times = ["joinDate", "lastOrderDate"];
    private static readonly string[] Amounts = ["totalSpent", "avgOrderAmount"];
    private static readonly string[] Lists = ["utms", "devices", "paymentMethods"];

    /// <summary>Members of every call that names a person.</summary>
    public static IReadOnlyList<WireMember> OfPerson { get; } =
    [
        WireMember.Required(IdName, WireType.Text, "The merchant's own id of the customer, 1 to 100 characters"),
        new("email", WireType.Text, "E-mail address"),
        new("mobile", WireType.Text, "Mobile number"),
        new("guest", WireType.Flag, "Whether the customer has no account"),
    ];

    public static IReadOnlyList<WireMember> OfProfile { get; } =
    [
        .. OfPerson,
        new("referrerCode", WireType.Text, "The referrer's code, a link with it or, where the secret is sent, the referrer's customer id"),
        new("deviceToken", WireType.Text, "For messages to the device"),
        new("osType", WireType.Text, "System of the device"),
        new("pushServiceProvider", WireType.Text, "Whose token it is"),
        new("customerAttributes", WireType.Object, "What is known of the customer")
        {
            Members =
            [
                new("displayName", WireType.Text, "As shown to others"),
                .. Texts.Select(name => new WireMember(name, WireType.Text, "Text of up to 255 characters")),
                new("email", WireType.Text, "Read where the one above is absent"),
                new("mobile", WireType.Text, "Read where the one above is absent"),
                new("dateOfBirth", WireType.Time, "Only the day is kept"),
                .. Times.Select(name => new WireMember(name, WireType.Time, "Kept and shown")),
                .. Amounts.Select(name => new WireMember(name, WireType.Number, "In major units")),
                new("totalOrders", WireType.Integer, "Kept and shown until there are orders"),
                .. Lists.Select(name => new WireMember(name, WireType.Objects, "Up to 50 items of any shape")),
                new("custom", WireType.Object, "Attributes of the merchant's own, merged key by key"),
            ],
        },
    ];

    public static string ReadId(WireObject body) => body.RequiredText(IdName, Limits.CustomerId, OldIdName);

    /// <summary>The customer of an order or an event.</summary>
    public static CustomerInput ReadPerson(WireObject body) => new()
    {
        MerchantId = ReadId(body),
        Email = body.Text("email", Limits.Email),
        Mobile = body.Text("mobile", Limits.Mobile),
        Guest = body.Flag("guest", "isGuest"),
    };

    /// <summary>A whole profile. Attributes are also read at the top, where the object of attributes lacks them.</summary>
    public static CustomerInput ReadProfile(WireObject body, Currency currency)
    {
        var person = ReadPerson(body);
        var nested = body.Object("customerAttributes", "playerAttributes") ?? WireObject.Empty;
        return person with
        {
            Email = person.Email ?? nested.Text("email", Limits.Email),
            Mobile = person.Mobile ?? nested.Text("mobile", Limits.Mobile),
            Attributes = ReadAttributes(body, nested, currency),
        };
    }

    private static JsonObject ReadAttributes(WireObject body, WireObject nested, Currency currency)
    {
        var attributes = new JsonObject();
        void Keep(string name, JsonNode? value)
        {
            if (value is not null)
                attributes[name] = value;
        }

        Keep("displayName", Holder("displayName", "name").Text("displayName", alias: "name"));
        foreach (var name in Texts)
            Keep(name, Holder(name).Text(name));
        Keep("dateOfBirth", Holder("dateOfBirth").Time("dateOfBirth") is { } day ? WireTime.FormatDay(day) : null);
        foreach (var name in Times)
            Keep(name, Holder(name).Time(name) is { } time ? WireTime.Format(time) : null);
        foreach (var name in Amounts)
            Keep(name, Holder(name).Money(name, currency) is { } minor ? AmountNode(minor, currency) : null);
        Keep("totalOrders", Holder("totalOrders").Integer("totalOrders", 0, int.MaxValue));
        foreach (var name in Lists)
            Keep(name, Holder(name).FreeItems(name, MostItems));
        Keep("custom", Holder("custom").FreeObject("custom"));
        Keep("deviceToken", body.Text("deviceToken", LongestDeviceText));
        Keep("osType", body.Text("osType", LongestDeviceText));
        Keep("pushServiceProvider", body.Text("pushServiceProvider", LongestDeviceText, "pushProvider"));
        return attributes;

        WireObject Holder(string name, string? alias = null) => nested.Has(name, alias) ? nested : body;
    }

    /// <summary>A JSON number with the digits of the amount in major units.</summary>
    private static JsonNode AmountNode(long minor, Currency currency) =>
        JsonNode.Parse(MajorUnits.Shortest(minor, currency.Exponent))!;
}

using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Referrers.Discounts;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero;

/// <summary>Reads coupons and promotion codes; whose a code is and who may use it is looked up by <see cref="CouponParties"/>.</summary>
internal static class CouponMembers
{
    public const string Metadata = "metadata";
    public const string DurationType = "coupon_duration_type";
    public const string DurationValue = "coupon_duration_value";
    public const string Subscribers = "coupon_specific_subscribers";
    public const string LimitToSubscriber = "limit_to_specific_subscriber";
    public const int MostCodes = 100;

    private const string Once = "once";
    private const int MostDuration = 10_000;
    private const int MostMetadata = 50;

    /// <summary>Durations that are counted.</summary>
    private static readonly string[] Counted = ["hours", "days", "months", "years"];

    /// <summary>A rule in the words of Partnero's reference.</summary>
    public static NewDiscount Read(InputObject input, Currency currency, IReadOnlyList<NewDiscountCode> codes)
    {
        var (kind, value) = Value(input, "coupon_discount_type", "coupon_discount_amount", currency);
        var details = new JsonObject();
        KeepDuration(input, details);
        KeepMetadata(input, details);
        if (input.Object("sync") is { } sync)
            details["sync"] = sync.Members.DeepClone();
        return new NewDiscount(
            Text(input, "uuid_code", DiscountRegister.MostKey), input.Text("name"), kind, value, codes, input.Flag("active") ?? true,
            Dated(input, "redemption_specific_date"), Limited(input, "redemption_times"), details);
    }

    /// <summary>A rule with one code, in the words of Partnero's guides: the code names the rule too where it is free.</summary>
    public static NewDiscount ReadSeed(InputObject input, Currency currency, long? referrerId)
    {
        var (kind, value) = Value(input, "discount_type", "discount_value", currency);
        var code = Text(input, "coupon_code", Limits.Coupon) ?? "";
        return new NewDiscount(null, code.Length > 0 ? code : null, kind, value, [new NewDiscountCode(code) { ReferrerId = referrerId }]);
    }

    /// <summary>A code's conditions.</summary>
    public static NewDiscountCode ReadCode(InputObject input, Currency currency)
    {
        var details = new JsonObject();
        KeepMetadata(input, details);
        KeepSubscriber(input, details);
        long? minimum = input.Flag("minimum_order_status") == true || input.Has("minimum_order_value") ? input.RequiredMoney("minimum_order_value", currency) : null;
        return new NewDiscountCode(Text(input, "code", Limits.Coupon))
        {
            Active = input.Flag("active") ?? true,
            ExpiresAt = Dated(input, "expiration_date"),
            FirstTimeOrder = input.Flag("first_time_order") ?? false,
            Minimum = minimum is { } amount ? new Money(amount, currency) : null,
            MaxRedemptions = Limited(input, "redemption_times"),
            Details = details,
        };
    }

    public static JsonObject ReadMetadata(InputObject input)
    {
        var details = new JsonObject();
        KeepMetadata(input, details);
        return details;
    }

    private static (DiscountKind Kind, string Value) Value(InputObject input, string typeName, string valueName, Currency currency)
    {
        var word = input.RequiredText(typeName).ToLowerInvariant();
        if (!input.Has(valueName))
            input.Report(PartneroErrors.Missing(valueName));
        switch (word)
        {
            case "percentage" or "percent":
                return (DiscountKind.Percentage, input.Percent(valueName) ?? "0");
            case "fixed" or "static" or "amount":
                return (DiscountKind.Amount, MajorUnits.Format(input.Money(valueName, currency) ?? 0, 0));
            case "":
                return (DiscountKind.Percentage, "0");
            default:
                input.Report(typeName, $"The {typeName} must be percentage or fixed.");
                return (DiscountKind.Percentage, "0");
        }
    }

    private static void KeepDuration(InputObject input, JsonObject details)
    {
        var type = input.Text(DurationType)?.ToLowerInvariant() ?? Once;
        if (type is not (Once or "lifetime") && !Counted.Contains(type))
            input.Report(DurationType, $"The {DurationType} must be once, hours, days, months, years or lifetime.");
        details[DurationType] = type;
        if (!Counted.Contains(type))
            return;
        if (!input.Has(DurationValue))
            input.Report(PartneroErrors.Missing(DurationValue));
        details[DurationValue] = input.Integer(DurationValue, 1, MostDuration);
    }

    private static void KeepMetadata(InputObject input, JsonObject details)
    {
        if (input.TextsByName(Metadata, MostMetadata) is { } texts)
            details[Metadata] = new JsonObject(texts.Select(text => new KeyValuePair<string, JsonNode?>(text.Key, text.Value)));
    }

    /// <summary>Newsletters are none of ours; what is said of their subscribers is kept and shown.</summary>
    private static void KeepSubscriber(InputObject input, JsonObject details)
    {
        if (input.Flag(LimitToSubscriber) is not { } limits)
            return;
        details[LimitToSubscriber] = limits;
        if (input.Objects(Subscribers, 1) is [var subscriber] && subscriber.Text("id") is { } id)
            details[Subscribers] = new JsonObject { ["id"] = id };
    }

    /// <summary>A limit whose value is needed where its switch is on, and counts where no switch was sent.</summary>
    private static DateTimeOffset? Dated(InputObject input, string name)
    {
        var status = input.Flag($"{name}_status");
        if (status == true && !input.Has($"{name}_value"))
            input.Report(PartneroErrors.Missing($"{name}_value"));
        return status == false ? null : input.Time($"{name}_value");
    }

    private static int? Limited(InputObject input, string name)
    {
        var status = input.Flag($"{name}_status");
        if (status == true && !input.Has($"{name}_value"))
            input.Report(PartneroErrors.Missing($"{name}_value"));
        return status == false ? null : (int?)input.Integer($"{name}_value", 1, int.MaxValue);
    }

    private static string? Text(InputObject input, string name, int most)
    {
        var text = input.Text(name, most);
        if (text is not null && !text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            input.Report(name, $"The {name} has letters, digits, - and _ only.");
        return text;
    }
}

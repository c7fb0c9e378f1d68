using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Tributary.Campaigns;

/// <summary>
/// The fields of conditions (MO-32). Dotted names are ours and the same for every kind of cause; amounts under them are in
/// minor units. A name without one of our prefixes is a key of the act's own metadata: of an order the names of
/// <see cref="OrderFields"/> with amounts in major units (<c>total_paid</c>), then the keys of its <c>extra</c>; of an
/// event its metadata; of a sign-up the customer's attributes.
/// </summary>
public static class FactFields
{
    private static readonly FrozenDictionary<string, Func<CauseFacts, IEnumerable<Fact>>> Named =
        new Dictionary<string, Func<CauseFacts, IEnumerable<Fact>>>(StringComparer.Ordinal)
        {
            ["customer.new"] = cause => [Fact.Of(cause.Customer.New)],
            ["customer.order_count"] = cause => [Fact.Of(cause.Customer.OrderCount)],
            ["customer.guest"] = cause => [Fact.Of(cause.Customer.Guest)],
            ["customer.country"] = cause => Fact.Of(cause.Customer.Country),
            ["customer.tag"] = cause => cause.Customer.Tags.SelectMany(Fact.Of),
            ["referrer.kind"] = cause => Fact.Of(cause.Referrer?.Kind),
            ["referrer.group"] = cause => Fact.Of(cause.Referrer?.Group),
            ["referrer.tag"] = cause => (cause.Referrer?.Tags ?? []).SelectMany(Fact.Of),
            ["referrer.age_days"] = AgeOfReferrer,
            ["event.name"] = cause => Fact.Of(cause.Event?.Name),
            ["click.link"] = cause => Fact.Of(cause.Click?.Link),
            ["time.weekday"] = cause => Fact.Of(Weekday(Local(cause).DayOfWeek)),
            ["time.hour"] = cause => [Fact.Of(Local(cause).Hour)],
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Prefixes that any key may follow.</summary>
    private static readonly FrozenDictionary<string, Func<CauseFacts, string, IEnumerable<Fact>>> Keyed =
        new Dictionary<string, Func<CauseFacts, string, IEnumerable<Fact>>>(StringComparer.Ordinal)
        {
            ["customer.attribute."] = (cause, key) => Attribute(cause.Customer.Attributes, key),
            ["order.extra."] = (cause, key) => JsonFacts.At(cause.Order?.Details["extra"], key),
            ["event.metadata."] = (cause, key) => JsonFacts.At(cause.Event?.Metadata, key),
            ["click.parameter."] = (cause, key) => JsonFacts.At(cause.Click?.Parameters, key),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] OurPrefixes = ["customer.", "order.", "item.", "event.", "referrer.", "click.", "time."];

    /// <summary>The dotted names, for documentation and forms.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Named.Keys.Concat(OrderFields.Native).Concat(Keyed.Keys.Select(prefix => prefix + "<key>")).Order(StringComparer.Ordinal)];

    /// <summary>The names that orders have beside the dotted ones, with amounts in major units.</summary>
    public static IReadOnlyList<string> OrderMetadataNames => OrderFields.Metadata;

    /// <summary>Whether a condition may name it: a field of ours, or any key of metadata.</summary>
    public static bool IsAskable(string field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return Named.ContainsKey(field)
            || OrderFields.Native.Contains(field)
            || Keyed.Keys.Any(prefix => field.StartsWith(prefix, StringComparison.Ordinal) && field.Length > prefix.Length)
            || !OurPrefixes.Any(prefix => field.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>What the cause says of a field; empty: nothing.</summary>
    internal static IReadOnlyList<Fact> Find(CauseFacts cause, string field)
    {
        if (Named.TryGetValue(field, out var named))
            return [.. named(cause)];
        foreach (var (prefix, find) in Keyed)
            if (field.StartsWith(prefix, StringComparison.Ordinal))
                return [.. find(cause, field[prefix.Length..])];
        return cause.Order is { } order && OrderFields.Find(order, field) is { } facts
            ? [.. facts]
            : [.. OfMetadata(cause, field)];
    }

    private static IEnumerable<Fact> OfMetadata(CauseFacts cause, string key) => cause.Kind switch
    {
        CauseKind.Order => JsonFacts.At(cause.Order?.Details["extra"], key),
        CauseKind.Event => JsonFacts.At(cause.Event?.Metadata, key),
        CauseKind.Lead or CauseKind.Manual => Attribute(cause.Customer.Attributes, key),
    };

    private static IEnumerable<Fact> Attribute(JsonObject attributes, string key)
    {
        var standard = JsonFacts.At(attributes, key).ToList();
        return standard.Count > 0 ? standard : JsonFacts.At(attributes["custom"], key);
    }

    private static IEnumerable<Fact> AgeOfReferrer(CauseFacts cause) =>
        cause.Referrer?.Since is { } since ? [Fact.Of((cause.At - since).Days)] : [];

    private static DateTimeOffset Local(CauseFacts cause) => TimeZoneInfo.ConvertTime(cause.At, cause.Zone);

    private static string Weekday(DayOfWeek day) => day.ToString().ToLowerInvariant();
}

/// <summary>One value of a field.</summary>
/// <param name="IsNumber">Whether it was given as a number, so that 10 and 10.0 are the same.</param>
internal readonly record struct Fact(string Text, bool IsNumber = false)
{
    public static Fact Of(bool value) => new(value ? "true" : "false");

    public static Fact Of(int value) => new(value.ToString(CultureInfo.InvariantCulture), IsNumber: true);

    public static IEnumerable<Fact> Of(string? text) => string.IsNullOrEmpty(text) ? [] : [new Fact(text)];
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero.Input;

/// <summary>
/// An object as clients of this dialect send it, read with its forgiven types: numbers for texts, texts for numbers, 1 and 0
/// for flags, <c>[]</c> for an empty object. What is not forgiven is reported and reads as absent, so that a reader goes
/// straight through and asks for the <see cref="Refusal"/> at its end. Null and empty texts are absent; where they clear
/// something, read by <see cref="Change"/> or ask <see cref="Clears"/>.
/// </summary>
internal sealed class InputObject(JsonObject members, InputFaults faults, string path = "")
{
    public static InputObject Empty => new([], new InputFaults());

    /// <summary>All faults found so far, here and in the objects read from here; null while there are none.</summary>
    public PartneroError? Refusal => faults.Refusal;

    /// <summary>Name and value of every member, as sent.</summary>
    public JsonObject Members => members;

    /// <summary>Whether one of the members says something.</summary>
    public bool Has(params ReadOnlySpan<string> names) => Find(names).Value is not null;

    /// <summary>Whether the member was sent as null or as an empty text.</summary>
    public bool Clears(string name) => members.TryGetPropertyValue(name, out var value) && IsAbsent(value);

    public void Report(string name, string message) => faults.Report(path + name, message);

    public void Report(PartneroError error) => faults.Report(error);

    /// <summary>A line of text; an integer is taken as its digits.</summary>
    public string? Text(string name, int most = Limits.Text, params ReadOnlySpan<string> aliases) =>
        Read(name, aliases) is ({ } field, { } value) ? LineOf(field, value, most) : null;

    /// <summary>As <see cref="Text"/>; its absence is a fault, and then the result is empty.</summary>
    public string RequiredText(string name, int most = Limits.Text, params ReadOnlySpan<string> aliases)
    {
        if (Read(name, aliases).Value is null)
            faults.Report(PartneroErrors.Missing(path + name));
        return Text(name, most, aliases) ?? "";
    }

    /// <summary>A text to change: null where it was not sent, empty where it is to be cleared.</summary>
    public string? Change(string name, int most = Limits.Text) => Clears(name) ? "" : Text(name, most);

    public long? Integer(string name, long least, long most, params ReadOnlySpan<string> aliases)
    {
        if (Read(name, aliases) is not ({ } field, { } value) || NumberText(field, value) is not { } text)
            return null;
        if (WireNumber.TryInteger(text, out var number) && number >= least && number <= most)
            return number;
        faults.Report(path + field, $"The {field} must be a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>An amount of at least 0 in minor units, read from its own text and rounded half away from zero.</summary>
    public long? Money(string name, Currency currency)
    {
        if (Read(name) is not ({ } field, { } value) || NumberText(field, value) is not { } text)
            return null;
        if (MajorUnits.ParseMinor(text, currency.Exponent).TryGet(out var minor, out _) && minor >= 0 && !text.StartsWith('-'))
            return minor;
        faults.Report(path + field, $"The {field} must be an amount of at least 0.");
        return null;
    }

    /// <summary>A percentage of 0 to 100 with at most four decimals, as text without needless zeros.</summary>
    public string? Percent(string name)
    {
        if (Read(name) is not ({ } field, { } value) || NumberText(field, value) is not { } text)
            return null;
        if (Rate.ParsePercent(text).TryGet(out var rate, out _))
            return rate.ToPercentText();
        faults.Report(path + field, $"The {field} must be a percentage of 0 to 100.");
        return null;
    }

    /// <summary>As <see cref="Money"/>; its absence is a fault.</summary>
    public long RequiredMoney(string name, Currency currency)
    {
        if (!Has(name))
            faults.Report(PartneroErrors.Missing(path + name));
        return Money(name, currency) ?? 0;
    }

    /// <summary>A currency in any letter case; absent: the programme's.</summary>
    public Currency Currency(Currency usual, params ReadOnlySpan<string> names)
    {
        if (Find(names) is not ({ } field, { } value) || LineOf(field, value, Limits.Text) is not { } code)
            return usual;
        if (Primitives.Currency.ForOrders(code).TryGet(out var currency, out _))
            return currency;
        faults.Report(path + field, $"The {field} must be a currency of ISO 4217.");
        return usual;
    }

    public bool? Flag(string name, params ReadOnlySpan<string> aliases)
    {
        if (Read(name, aliases) is not ({ } field, { } value))
            return null;
        var word = value.GetValueKind() switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => TextOf(value)?.Trim().ToLowerInvariant(),
        };
        if (word is "1" or "true" or "0" or "false")
            return word is "1" or "true";
        faults.Report(path + field, $"The {field} must be true or false.");
        return null;
    }

    /// <summary>An instant that does not lie ahead of ours by more than a clock may be wrong.</summary>
    public DateTimeOffset? PastTime(string name, DateTimeOffset now)
    {
        if (Time(name) is not { } time)
            return null;
        if (time <= now + Limits.ClockSkew)
            return time;
        faults.Report(path + name, $"The {name} lies in the future.");
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Read(name) is not ({ } field, { } value) || LineOf(field, value, Limits.Text) is not { } text)
            return null;
        if (PartneroTime.TryParse(text.Trim(), out var time))
            return time;
        faults.Report(path + field, $"The {field} must be a time.");
        return null;
    }

    /// <summary>
    /// What names a partner, customer or link: a text, an object with <c>id</c>, <c>key</c> or <c>email</c> (the first of them
    /// decides), or the same flat, such as <c>partner_key</c>. Null where nothing of it was sent.
    /// </summary>
    public string? Handle(string name)
    {
        var nested = members.TryGetPropertyValue(name, out var value) && value is JsonObject ? Object(name) : null;
        if (nested is null && Text(name) is { } plain)
            return plain;
        return nested?.Text("id", Limits.Text, "key", "email") ?? Text($"{name}_id", Limits.Text, $"{name}_key", $"{name}_email");
    }

    /// <summary>These members with those of an object among them laid over: what stands nested wins over what stands beside it.</summary>
    public InputObject Over(string name)
    {
        if (!members.TryGetPropertyValue(name, out var value) || value is not JsonObject inner)
            return this;
        var laid = (JsonObject)members.DeepClone();
        laid.Remove(name);
        foreach (var (key, each) in inner)
            laid[key] = each?.DeepClone();
        return new InputObject(laid, faults, path);
    }

    /// <summary>These members, one of them another; faults are told under the same names.</summary>
    public InputObject With(string name, JsonNode value)
    {
        var changed = (JsonObject)members.DeepClone();
        changed[name] = value;
        return new InputObject(changed, faults, path);
    }

    public InputObject? Object(string name, params ReadOnlySpan<string> aliases)
    {
        if (Read(name, aliases) is not ({ } field, { } value))
            return null;
        if (value is JsonObject inner)
            return new InputObject(inner, faults, $"{path}{field}.");
        if (value is not JsonArray { Count: 0 })
            faults.Report(path + field, $"The {field} must be an object.");
        return null;
    }

    /// <summary>Objects of a list; one object alone is a list of one.</summary>
    public IReadOnlyList<InputObject> Objects(string name, int most)
    {
        var items = new List<InputObject>();
        var at = 0;
        foreach (var element in Elements(name, most))
        {
            if (element is JsonObject inner)
                items.Add(new InputObject(inner, faults, $"{path}{name}.{at}."));
            else
                faults.Report($"{path}{name}.{at}", $"Each of the {name} must be an object.");
            at++;
        }
        return items;
    }

    /// <summary>Texts of a list; one alone is a list of one, and <c>{"value":…}</c> is its value.</summary>
    public IReadOnlyList<string> Texts(string name, int most, int longest = Limits.Text)
    {
        var texts = new List<string>();
        var at = 0;
        foreach (var element in Elements(name, most))
        {
            var value = element is JsonObject inner ? inner["value"] : element;
            if (value is not null && LineOf($"{name}.{at}", value, longest) is { } text)
                texts.Add(text);
            at++;
        }
        return texts;
    }

    /// <summary>An object of texts, such as custom fields; numbers and flags are taken as they are written.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? TextsByName(string name, int most, int longestName = Limits.Text, int longest = Limits.Text)
    {
        if (Object(name) is not { } inner)
            return null;
        if (inner.Members.Count > most)
            faults.Report(path + name, $"The {name} has at most {most} members.");
        var texts = new List<KeyValuePair<string, string>>();
        foreach (var (key, value) in inner.Members.Take(most))
        {
            if (key.Length is 0 || key.Length > longestName || WireText.HasControlCharacters(key))
                faults.Report(path + name, $"A name in {name} has 1 to {longestName} characters.");
            else if (value is not null && inner.LineOf(key, value, longest) is { } text)
                texts.Add(new(WireText.Compose(key), text));
        }
        return texts;
    }

    /// <summary>Null and blank texts say nothing.</summary>
    private static bool IsAbsent(JsonNode? value) =>
        value is null || (value.GetValueKind() == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetValue<string>()));

    private (string? Name, JsonNode? Value) Read(string name, params ReadOnlySpan<string> aliases)
    {
        var found = Find(name);
        return found.Value is null ? Find(aliases) : found;
    }

    private (string? Name, JsonNode? Value) Find(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (members.TryGetPropertyValue(name, out var value) && !IsAbsent(value))
                return (name, value);
        }
        return (null, null);
    }

    private IEnumerable<JsonNode?> Elements(string name, int most)
    {
        var value = Find(name).Value;
        if (value is null or JsonObject { Count: 0 })
            return [];
        if (value is not JsonArray list)
            return [value];
        if (list.Count <= most)
            return list;
        faults.Report(path + name, $"There are at most {most} {name}.");
        return [];
    }

    private string? LineOf(string field, JsonNode value, int most)
    {
        var text = TextOf(value);
        if (text is null)
            faults.Report(path + field, $"The {field} must be a text.");
        else if (text.Length > most)
            faults.Report(path + field, $"The {field} has at most {most} characters.");
        else if (WireText.HasControlCharacters(text))
            faults.Report(path + field, $"The {field} must not hold control characters.");
        else
            return WireText.Compose(text);
        return null;
    }

    private string? NumberText(string field, JsonNode value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.Number:
                return value.ToJsonString();
            case JsonValueKind.String:
                return value.GetValue<string>().Trim();
            default:
                faults.Report(path + field, $"The {field} must be a number.");
                return null;
        }
    }

    private static string? TextOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number when value.ToJsonString() is var digits && WireNumber.IsInteger(digits) => digits,
        _ => null,
    };
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball.Wire;

/// <summary>
/// A JSON object read as clients of this dialect send it: names in any case, blank as absent, and the forgiven types of each
/// kind of member. What is not forgiven is reported once, at the first member that has it, and then reads as absent, so that
/// a reader goes straight through and asks for the fault at its end.
/// </summary>
internal sealed class WireObject
{
    private readonly Dictionary<string, JsonElement> members;
    private readonly WireFault fault;
    private readonly string path;

    private WireObject(Dictionary<string, JsonElement> members, WireFault fault, string path)
    {
        this.members = members;
        this.fault = fault;
        this.path = path;
    }

    /// <summary>What went wrong first, here or in an object read from here.</summary>
    public GameballError? Fault => fault.First;

    /// <summary>The body itself; <c>[]</c> is an empty object, because some encoders write empty maps so.</summary>
    public static WireObject Root(JsonElement body) => Of(body, new WireFault(), "body", "");

    /// <summary>A body that is a list stands for an object that has the list under a name.</summary>
    public static WireObject RootOrList(JsonElement body, string name) => body.ValueKind == JsonValueKind.Array
        ? new WireObject(new(StringComparer.OrdinalIgnoreCase) { [name] = body }, new WireFault(), "")
        : Root(body);

    public static WireObject Empty => new([], new WireFault(), "");

    public bool Has(string name, string? alias = null) => Find(name, alias) is not null;

    /// <summary>A text; an integer is taken as its digits.</summary>
    public string? Text(string name, int longest = Limits.Text, string? alias = null)
    {
        if (Find(name, alias) is not { } element)
            return null;
        if (AsText(element) is not { } text)
            return Refuse<string>(GameballErrors.WrongType(path + name));
        if (text.Length > longest || WireText.HasControlCharacters(text))
            return Refuse<string>(GameballErrors.Invalid(path + name));
        return WireText.Compose(text);
    }

    /// <summary>As <see cref="Text"/>; its absence is a fault, and then the result is empty.</summary>
    public string RequiredText(string name, int longest, string? alias = null)
    {
        if (!Has(name, alias))
            fault.Report(GameballErrors.Missing(name));
        return Text(name, longest, alias) ?? "";
    }

    /// <summary>An amount of at least 0 in minor units, read from its own text and rounded half away from zero.</summary>
    public long? Money(string name, Currency currency)
    {
        if (NumberText(name) is not { } text)
            return null;
        return WireNumber.TryMoney(text, currency, out var minor) && minor >= 0
            ? minor
            : Refuse(GameballErrors.Invalid(path + name));
    }

    public long RequiredMoney(string name, Currency currency)
    {
        if (!Has(name))
            fault.Report(GameballErrors.Missing(name));
        return Money(name, currency) ?? 0;
    }

    public long? Integer(string name, long least, long most)
    {
        if (NumberText(name) is not { } text)
            return null;
        return WireNumber.TryInteger(text, out var number) && number >= least && number <= most
            ? number
            : Refuse(GameballErrors.Invalid(path + name));
    }

    /// <summary>A number that is no money, such as a quantity or a weight.</summary>
    public decimal? Number(string name)
    {
        if (NumberText(name) is not { } text)
            return null;
        if (WireNumber.TryDecimal(text, out var number))
            return number;
        fault.Report(GameballErrors.Invalid(path + name));
        return null;
    }

    /// <summary>True, false, the same as texts, or 1 and 0.</summary>
    public bool? Flag(string name, string? alias = null)
    {
        if (Find(name, alias) is not { } element)
            return null;
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return element.GetBoolean();
        if (AsText(element) is not { } text)
            return RefuseFlag(GameballErrors.WrongType(path + name));
        return text.Trim().ToUpperInvariant() switch
        {
            "TRUE" or "1" => true,
            "FALSE" or "0" => false,
            _ => RefuseFlag(GameballErrors.Invalid(path + name)),
        };
    }

    /// <summary>An instant; <c>0001-01-01</c> is absent.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text || WireTime.IsUnset(text.Trim()))
            return null;
        if (WireTime.TryParse(text.Trim(), out var time))
            return time;
        fault.Report(GameballErrors.Invalid(path + name));
        return null;
    }

    public WireObject? Object(string name, string? alias = null) =>
        Find(name, alias) is { } element ? Of(element, fault, path + name, $"{path}{name}.") : null;

    /// <summary>Objects of a list; one object alone is a list of one.</summary>
    public IReadOnlyList<WireObject> Objects(string name, int most)
    {
        var items = new List<WireObject>();
        foreach (var element in Elements(name, most))
            items.Add(Of(element, fault, path + name, $"{path}{name}."));
        return items;
    }

    /// <summary>Items as sent, to be judged one by one, absent ones too; one alone is a list of one. None at all is a fault.</summary>
    public IReadOnlyList<JsonElement> RequiredItems(string name, int most)
    {
        IReadOnlyList<JsonElement> items = Find(name, null) switch
        {
            null => [],
            { } none when IsEmptyObject(none) => [],
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
            { } one => [one],
        };
        if (items.Count == 0)
            fault.Report(GameballErrors.Missing(name));
        if (items.Count > most)
            fault.Report(GameballErrors.TooMany(name));
        return items;
    }

    public IReadOnlyList<string> Texts(string name, int most, string? alias = null)
    {
        var texts = new List<string>();
        foreach (var element in Elements(name, most, alias))
        {
            if (AsText(element) is not { } text)
                fault.Report(GameballErrors.WrongType(path + name));
            else if (text.Length > Limits.Text || WireText.HasControlCharacters(text))
                fault.Report(GameballErrors.Invalid(path + name));
            else if (!WireText.IsBlank(text))
                texts.Add(WireText.Compose(text));
        }
        return texts;
    }

    /// <summary>Items that the client shapes as it likes; kept as sent. Null when the list is absent or empty.</summary>
    public JsonArray? FreeItems(string name, int most)
    {
        var items = Elements(name, most);
        if (items.Count == 0)
            return null;
        if (items.Sum(item => (long)item.GetRawText().Length) > Limits.MetadataBytes || !items.All(WireNodes.IsStorable))
            return Refuse<JsonArray>(GameballErrors.Invalid(path + name));
        return new JsonArray([.. items.Select(item => WireNodes.Copy(item))]);
    }

    /// <summary>An object that the client shapes as it likes, of limited keys and size. Null when absent or empty.</summary>
    public JsonObject? FreeObject(string name, int mostKeys = Limits.MetadataKeys, int mostBytes = Limits.MetadataBytes)
    {
        if (Find(name, null) is not { } element || IsEmptyArray(element))
            return null;
        if (element.ValueKind != JsonValueKind.Object)
            return Refuse<JsonObject>(GameballErrors.WrongType(path + name));
        if (element.GetPropertyCount() > mostKeys || element.GetRawText().Length > mostBytes || !WireNodes.IsStorable(element))
            return Refuse<JsonObject>(GameballErrors.Invalid(path + name));
        return element.GetPropertyCount() == 0 ? null : WireNodes.CopyObject(element);
    }

    /// <summary>What was sent as a referrer's code, which is never an error.</summary>
    public WireCode Code(string name, string alias)
    {
        if (!members.TryGetValue(name, out var element) || element.ValueKind == JsonValueKind.Null)
        {
            if (!members.TryGetValue(alias, out element) || element.ValueKind == JsonValueKind.Null)
                return WireCode.None;
        }
        return AsText(element) is { } text ? WireCode.Of(WireText.Compose(text)) : WireCode.Unreadable;
    }

    /// <summary>Name and value of every member, as sent.</summary>
    public IReadOnlyDictionary<string, JsonElement> Members => members;

    public void Report(GameballError error) => fault.Report(error);

    private static WireObject Of(JsonElement element, WireFault fault, string name, string path)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                if (!members.TryAdd(member.Name, member.Value))
                    fault.Report(GameballErrors.RepeatedMember);
            }
        }
        else if (!IsEmptyArray(element))
        {
            fault.Report(GameballErrors.WrongType(name));
        }
        return new WireObject(members, fault, path);
    }

    private JsonElement? Find(string name, string? alias)
    {
        if (members.TryGetValue(name, out var element) && !WireNodes.IsAbsent(element))
            return element;
        return alias is not null && members.TryGetValue(alias, out element) && !WireNodes.IsAbsent(element) ? element : null;
    }

    private List<JsonElement> Elements(string name, int most, string? alias = null)
    {
        if (Find(name, alias) is not { } element || IsEmptyObject(element))
            return [];
        if (element.ValueKind != JsonValueKind.Array)
            return [element];
        if (element.GetArrayLength() <= most)
            return [.. element.EnumerateArray().Where(item => !WireNodes.IsAbsent(item))];
        fault.Report(GameballErrors.TooMany(path + name));
        return [];
    }

    private string? NumberText(string name)
    {
        if (Find(name, null) is not { } element)
            return null;
        return element.ValueKind switch
        {
            JsonValueKind.Number => element.GetRawText(),
            JsonValueKind.String => element.GetString()!.Trim(),
            _ => Refuse<string>(GameballErrors.WrongType(path + name)),
        };
    }

    private static string? AsText(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number when WireNumber.IsInteger(element.GetRawText()) => element.GetRawText(),
        _ => null,
    };

    private static bool IsEmptyArray(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 0;

    private static bool IsEmptyObject(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.GetPropertyCount() == 0;

    private T? Refuse<T>(GameballError error)
        where T : class
    {
        fault.Report(error);
        return null;
    }

    private long? Refuse(GameballError error)
    {
        fault.Report(error);
        return null;
    }

    private bool? RefuseFlag(GameballError error)
    {
        fault.Report(error);
        return null;
    }
}

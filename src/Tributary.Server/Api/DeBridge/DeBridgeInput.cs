using System.Globalization;
using System.Text.Json;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>
/// Members of a request, their names without regard to case. Null, <c>""</c> and missing are the same; a number may come as text;
/// a single value stands for an array of one. What is wrong is gathered in <see cref="Refusal"/>, to be looked at when everything
/// was read.
/// </summary>
internal sealed class DeBridgeInput
{
    private const int MostItems = 1_000;

    private readonly Dictionary<string, JsonElement> members = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> parameters = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> repeated = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<KeyValuePair<string, string>> faults = [];

    public static DeBridgeInput Empty => new();

    /// <summary>Null: everything that was read is right.</summary>
    public DeBridgeError? Refusal => faults.Count == 0
        ? null
        : DeBridgeError.Invalid(faults[0].Key, faults[0].Value) with { Members = faults };

    /// <summary>Members of a body as text, for the request log.</summary>
    public IEnumerable<KeyValuePair<string, string>> Sent => members.Select(member => KeyValuePair.Create(
        member.Key, member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText()));

    public static DeBridgeInput OfQuery(IQueryCollection query)
    {
        var input = new DeBridgeInput();
        foreach (var (name, values) in query)
        {
            if (values is [{ } only])
                input.parameters[name] = only.Trim();
            else
                input.repeated.Add(name);
        }
        return input;
    }

    public static DeBridgeInput OfBody(JsonElement body)
    {
        var input = new DeBridgeInput();
        foreach (var member in body.EnumerateObject())
        {
            if (!input.members.TryAdd(member.Name, member.Value.Clone()))
                input.Blame(member.Name, "it stands there twice.");
        }
        return input;
    }

    public void Blame(string name, string reason) => faults.Add(new(name, reason));

    /// <summary>Null where nothing was sent.</summary>
    /// <param name="longest">In characters.</param>
    public string? Text(string name, int longest = 256)
    {
        // One that nobody asks for may stand there as often as it likes.
        if (repeated.Contains(name))
            Blame(name, "it stands there twice.");
        if (parameters.TryGetValue(name, out var parameter))
            return Checked(name, parameter, longest);
        return members.TryGetValue(name, out var member) ? Checked(name, TextOf(name, member), longest) : null;
    }

    /// <summary>A whole number within the range, <c>31805.0</c> being 31805.</summary>
    public long? Whole(string name, long least, long most) => Whole(name, Text(name), least, most);

    /// <summary>Empty where nothing was sent.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (!members.TryGetValue(name, out var member) || member.ValueKind != JsonValueKind.Array)
            return Text(name) is { } only ? [only] : [];
        if (member.GetArrayLength() > MostItems)
        {
            Blame(name, $"at most {MostItems} items.");
            return [];
        }
        return [.. member.EnumerateArray().Select(item => Checked(name, TextOf(name, item), 256)).OfType<string>()];
    }

    public IReadOnlyList<long> Wholes(string name, long least, long most) =>
        [.. Texts(name).Select(text => Whole(name, text, least, most)).OfType<long>()];

    private long? Whole(string name, string? text, long least, long most)
    {
        if (text is null)
            return null;
        if (WireNumber.TryInteger(text, out var number) && number >= least && number <= most)
            return number;
        Blame(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most} is expected."));
        return null;
    }

    private string? TextOf(string name, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString()!.Trim();
            case JsonValueKind.Number:
                return value.GetRawText();
            case JsonValueKind.Null:
                return null;
            default:
                Blame(name, "text or a number is expected.");
                return null;
        }
    }

    private string? Checked(string name, string? text, int longest)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Length <= longest && WireText.ComposeIfStorable(text) is { } composed)
            return composed;
        Blame(name, $"at most {longest} characters of text.");
        return null;
    }
}

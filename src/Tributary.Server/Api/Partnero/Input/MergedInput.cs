using System.Text;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero.Input;

/// <summary>
/// One object of a request's body and query. On a clash the query wins. Names of the query reach into objects as
/// <c>customer[id]</c> or <c>customer.id</c>, and into lists as <c>tags[]</c>.
/// </summary>
internal static class MergedInput
{
    private const int MostDepth = 8;

    /// <summary>Lays the query over the body's members.</summary>
    public static InputObject Of(JsonObject body, IQueryCollection query)
    {
        var faults = new InputFaults();
        var asked = new JsonObject();
        foreach (var (name, values) in query)
        {
            var steps = StepsOf(name);
            if (!StorableText.IsStorable(name) || steps.Count is 0 or > MostDepth)
                continue;
            foreach (var value in values)
                Lay(asked, steps, value ?? "", faults);
        }
        Overlay(body, asked);
        return new InputObject(body, faults);
    }

    /// <summary>The members as a query again, each ending in <c>&amp;</c>: what links to other pages repeat.</summary>
    /// <param name="without">Names at the top that are left out.</param>
    public static string Query(JsonObject members, params ReadOnlySpan<string> without)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in members)
        {
            if (!without.Contains(name))
                Append(text, name, value);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, JsonNode? value)
    {
        switch (value)
        {
            case null:
                break;
            case JsonObject inner:
                foreach (var (key, each) in inner)
                    Append(text, $"{name}[{key}]", each);
                break;
            case JsonArray list:
                foreach (var each in list)
                    Append(text, name + "[]", each);
                break;
            default:
                text.Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value.ToString())).Append('&');
                break;
        }
    }

    private static void Lay(JsonObject target, List<string> steps, string value, InputFaults faults)
    {
        if (!StorableText.IsStorable(value))
        {
            faults.Report(string.Join('.', steps), "The text cannot be kept.");
            return;
        }
        for (var at = 0; at < steps.Count - 1; at++)
        {
            if (steps[at + 1].Length == 0 || WireNumber.IsInteger(steps[at + 1]))
            {
                ListAt(target, steps[at]).Add(value);
                return;
            }
            if (target[steps[at]] is not JsonObject inner)
                target[steps[at]] = inner = [];
            target = inner;
        }
        target[steps[^1]] = value;
    }

    private static void Overlay(JsonObject target, JsonObject top)
    {
        foreach (var (name, value) in top.ToList())
        {
            if (value is JsonObject inner && target[name] is JsonObject there)
                Overlay(there, inner);
            else
                target[name] = value?.DeepClone();
        }
    }

    private static JsonArray ListAt(JsonObject target, string name)
    {
        if (target[name] is not JsonArray list)
            target[name] = list = [];
        return list;
    }

    /// <summary>The path that a name of the query means; empty steps stand for <c>[]</c>.</summary>
    private static List<string> StepsOf(string name)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        if (bracket <= 0)
            return name.Contains('.', StringComparison.Ordinal) ? [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries)] : [name];
        return [name[..bracket], .. name[(bracket + 1)..].TrimEnd(']').Split("][")];
    }
}

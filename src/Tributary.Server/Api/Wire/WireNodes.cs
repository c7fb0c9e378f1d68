using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Server.Api.Wire;

/// <summary>Copies of what a client shaped as it liked. Numbers keep their own text.</summary>
internal static class WireNodes
{
    public static JsonNode? Copy(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => CopyObject(element),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(item => Copy(item))]),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => JsonValue.Create(element.Clone()),
    };

    /// <summary>An object without its absent members, so that merging it clears nothing by accident.</summary>
    public static JsonObject CopyObject(JsonElement element)
    {
        var copy = new JsonObject();
        foreach (var member in element.EnumerateObject())
        {
            if (!IsAbsent(member.Value))
                copy[member.Name] = Copy(member.Value);
        }
        return copy;
    }

    /// <summary>
    /// Whether every number can be kept: a column holds thousands of digits, but a short text with a great exponent means far
    /// more of them.
    /// </summary>
    public static bool IsStorable(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().All(member => IsStorable(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(IsStorable),
        JsonValueKind.Number => WireNumber.IsStorable(element.GetRawText()),
        _ => true,
    };

    /// <summary>Null and blank say nothing: some clients send every member they know.</summary>
    public static bool IsAbsent(JsonElement element) =>
        element.ValueKind == JsonValueKind.Null
        || (element.ValueKind == JsonValueKind.String && WireText.IsBlank(element.GetString()!));
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Campaigns;

/// <summary>Facts out of JSON: scalars and lists of them. Objects and nulls say nothing.</summary>
internal static class JsonFacts
{
    /// <summary>The member of that name, in any letter case where the exact one is missing.</summary>
    public static IEnumerable<Fact> At(JsonNode? node, string key)
    {
        if (node is not JsonObject members)
            return [];
        if (!members.TryGetPropertyValue(key, out var value))
            value = members.FirstOrDefault(member => string.Equals(member.Key, key, StringComparison.OrdinalIgnoreCase)).Value;
        return Of(value);
    }

    public static IEnumerable<Fact> Of(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Of),
        JsonValue value => Scalar(value),
        _ => [],
    };

    private static IEnumerable<Fact> Scalar(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => Fact.Of(value.GetValue<string>()),
        JsonValueKind.Number => [new Fact(value.ToJsonString(), IsNumber: true)],
        JsonValueKind.True => [Fact.Of(true)],
        JsonValueKind.False => [Fact.Of(false)],
        _ => [],
    };
}

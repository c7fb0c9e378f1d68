using System.Text.Json.Nodes;

namespace Tributary.Server.Api.Wire;

/// <summary>What a dialect reads, as an OpenAPI document says it.</summary>
internal static class WireSchemas
{
    public static JsonNode PathParameter(string name) => new JsonObject
    {
        ["name"] = name,
        ["in"] = "path",
        ["required"] = true,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    public static JsonNode QueryParameter(WireMember member) => new JsonObject
    {
        ["name"] = member.Name,
        ["in"] = "query",
        ["required"] = member.IsRequired,
        ["description"] = member.Meaning,
        ["schema"] = SchemaOf(member.Type, []),
    };

    public static JsonObject ObjectOf(IReadOnlyList<WireMember> members)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (members.Count == 0)
            return schema;
        var properties = new JsonObject();
        foreach (var member in members)
        {
            var property = SchemaOf(member.Type, member.Members);
            property["description"] = member.Meaning;
            properties[member.Name] = property;
        }
        schema["properties"] = properties;
        if (members.Any(member => member.IsRequired))
            schema["required"] = new JsonArray([.. members.Where(member => member.IsRequired).Select(member => JsonValue.Create(member.Name))]);
        return schema;
    }

    private static JsonObject SchemaOf(WireType type, IReadOnlyList<WireMember> members) => type switch
    {
        WireType.Text => new JsonObject { ["type"] = "string" },
        WireType.Integer => new JsonObject { ["type"] = "integer" },
        WireType.Number => new JsonObject { ["type"] = "number" },
        WireType.Flag => new JsonObject { ["type"] = "boolean" },
        WireType.Time => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        WireType.Object => ObjectOf(members),
        WireType.Objects => new JsonObject { ["type"] = "array", ["items"] = ObjectOf(members) },
        WireType.Texts => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
    };

    public static JsonObject Sorted(JsonObject schemas) =>
        new(schemas.OrderBy(schema => schema.Key, StringComparer.Ordinal).Select(schema => KeyValuePair.Create(schema.Key, schema.Value?.DeepClone())));
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>The OpenAPI document of this dialect, made from its routes: its router is its own, so the framework does not see them.</summary>
internal static class DeBridgeDescription
{
    private const string Path = "/openapi/debridge.json";

    public static void MapDeBridgeDescription(this IEndpointRouteBuilder endpoints, DeBridgeRouter router)
    {
        var document = JsonSerializer.SerializeToUtf8Bytes(Make(router.Routes), DeBridgeDescriptionJson.Default.JsonObject);
        endpoints.MapGet(Path, () => TypedResults.Bytes(document, "application/json")).ExcludeFromDescription().ForAnyone();
    }

    public static JsonObject Make(IReadOnlyList<DeBridgeRoute> routes)
    {
        var paths = new JsonObject();
        foreach (var ofPath in routes.GroupBy(route => route.Path).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var operations = new JsonObject();
            foreach (var route in ofPath.OrderBy(route => route.Method, StringComparer.Ordinal))
                operations[route.Method.ToLowerInvariant()] = Operation(route);
            paths[ofPath.Key] = operations;
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Tributary, deBridge dialect",
                ["version"] = "1",
                ["description"] = "What a client written for deBridge's order and tracking services finds here. All paths also work below /p/{programme}. Numbers, hashes and addresses are objects: raw bytes as base64 and as text of an array, and the usual text.",
            },
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }, new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject { [nameof(DeBridgeService.Orders)] = OrderError(), [nameof(DeBridgeService.Tracking)] = TrackingError() },
                ["securitySchemes"] = new JsonObject
                {
                    ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                    ["token"] = new JsonObject { ["type"] = "apiKey", ["in"] = "query", ["name"] = "accesstoken" },
                },
            },
        };
    }

    private static JsonObject Operation(DeBridgeRoute route)
    {
        var names = route.Segments.Where(DeBridgeRoute.IsName).Select(segment => WireSchemas.PathParameter(segment.Trim('{', '}')));
        var inQuery = HttpMethods.IsGet(route.Method);
        var operation = new JsonObject
        {
            ["summary"] = route.Summary,
            ["parameters"] = new JsonArray([.. names, .. inQuery ? route.Reads.Select(WireSchemas.QueryParameter) : []]),
            ["responses"] = new JsonObject
            {
                ["200"] = Response("What was asked for", []),
                ["default"] = Response("A refusal", new JsonObject { ["$ref"] = $"#/components/schemas/{route.Service}" }),
            },
        };
        if (!inQuery)
        {
            operation["requestBody"] = new JsonObject
            {
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = WireSchemas.ObjectOf(route.Reads) } },
            };
        }
        return operation;
    }

    private static JsonObject Response(string meaning, JsonObject schema) => new()
    {
        ["description"] = meaning,
        ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } },
    };

    private static JsonObject OrderError() => ObjectOf(
        ("errorCode", "integer"), ("errorId", "string"), ("errorMessage", "string"), ("reqId", "string"), ("requestId", "string"), ("errorPayload", "object"));

    private static JsonObject TrackingError() =>
        ObjectOf(("errorCode", "integer"), ("message", "string"), ("error", "object"), ("errors", "object"), ("reqId", "string"));

    private static JsonObject ObjectOf(params (string Name, string Type)[] members) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(members.Select(member =>
            KeyValuePair.Create<string, JsonNode?>(member.Name, new JsonObject { ["type"] = member.Type }))),
    };
}

[JsonSerializable(typeof(JsonObject))]
internal sealed partial class DeBridgeDescriptionJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>The OpenAPI document of this dialect, made from its routes: its router is its own, so the framework does not see them.</summary>
internal static class GameballDescription
{
    private const string Path = "/openapi/gameball.json";
    private const string Root = "/api/v4.0/integrations/";
    private const string ErrorSchema = "Error";

    private static readonly JsonSchemaExporterOptions Schemas = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) => OfWritten(context.TypeInfo.Type) ?? schema,
    };

    public static void MapGameballDescription(this IEndpointRouteBuilder endpoints, GameballRouter router)
    {
        var document = JsonSerializer.SerializeToUtf8Bytes(Make(router.Routes), GameballJson.Answers.JsonObject);
        endpoints.MapGet(Path, () => TypedResults.Bytes(document, "application/json")).ExcludeFromDescription().ForAnyone();
    }

    public static JsonObject Make(IReadOnlyList<GameballRoute> routes)
    {
        var schemas = new JsonObject { [ErrorSchema] = SchemaOf(GameballJson.Answers.ErrorBody) };
        var paths = new JsonObject();
        foreach (var ofPath in routes.GroupBy(route => route.Pattern).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var operations = new JsonObject();
            foreach (var route in ofPath.OrderBy(route => route.Method, StringComparer.Ordinal))
            {
                schemas[route.Answer.Type.Name] = SchemaOf(route.Answer);
                operations[route.Method.ToLowerInvariant()] = Operation(route);
            }
            paths[Root + ofPath.Key] = operations;
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Tributary, Gameball dialect",
                ["version"] = "4.0",
                ["description"] = "What a client written for Gameball finds here. Version 4.1 has the same calls below /api/v4.1/ and asks for the secret everywhere.",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = WireSchemas.Sorted(schemas), ["securitySchemes"] = SecuritySchemes() },
        };
    }

    private static JsonObject Operation(GameballRoute route)
    {
        var operation = new JsonObject
        {
            ["summary"] = route.Summary,
            ["parameters"] = new JsonArray([.. route.Segments.Where(GameballRoute.IsName).Select(segment => WireSchemas.PathParameter(segment.Trim('{', '}'))), .. route.Query.Select(WireSchemas.QueryParameter)]),
            ["security"] = Security(route.Demand),
            ["responses"] = new JsonObject
            {
                ["200"] = Response("What was asked for or done", route.Answer.Type.Name),
                ["default"] = Response("A refusal, with a code", ErrorSchema),
            },
        };
        if (route.Body is { } members)
        {
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = WireSchemas.ObjectOf(members) } },
            };
        }
        return operation;
    }

    private static JsonObject Response(string meaning, string schema) => new()
    {
        ["description"] = meaning,
        ["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" } },
        },
    };

    private static JsonArray Security(KeyDemand demand)
    {
        var both = new JsonObject { ["apiKey"] = new JsonArray(), ["secretKey"] = new JsonArray() };
        return demand switch
        {
            KeyDemand.ApiKey => [new JsonObject { ["apiKey"] = new JsonArray() }, both],
            KeyDemand.Secret => [both],
        };
    }

    private static JsonObject SecuritySchemes() => new()
    {
        ["apiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = GameballCredentials.ApiKeyHeader },
        ["secretKey"] = new JsonObject
        {
            ["type"] = "apiKey",
            ["in"] = "header",
            ["name"] = GameballCredentials.SecretHeader,
            ["description"] = $"Also read from its older name {GameballCredentials.OldSecretHeader}",
        },
    };

    private static JsonNode SchemaOf(JsonTypeInfo type) => type.GetJsonSchemaAsNode(Schemas);

    /// <summary>What our own converters write.</summary>
    private static JsonObject? OfWritten(Type type)
    {
        var nullable = Nullable.GetUnderlyingType(type) is not null;
        var written = Nullable.GetUnderlyingType(type) ?? type;
        if (written == typeof(WireAmount))
            return new JsonObject { ["type"] = nullable ? new JsonArray("number", "null") : "number" };
        return written == typeof(WireInstant)
            ? new JsonObject { ["type"] = nullable ? new JsonArray("string", "null") : "string", ["format"] = "date-time" }
            : null;
    }
}

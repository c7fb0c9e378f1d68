using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>The OpenAPI document of this dialect, made from its routes: its router is its own, so the framework does not see them.</summary>
internal static class PartneroDescription
{
    private const string Path = "/openapi/partnero.json";
    private const string Root = PartneroPath.ShortPrefix + "/";
    private const string ErrorSchema = "Error";

    private static readonly JsonSchemaExporterOptions Schemas = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) => OfWritten(context.TypeInfo.Type) ?? schema,
    };

    public static void MapPartneroDescription(this IEndpointRouteBuilder endpoints, PartneroRouter router)
    {
        var document = JsonSerializer.SerializeToUtf8Bytes(Make(router.Routes), PartneroJson.Default.JsonObject);
        endpoints.MapGet(Path, () => TypedResults.Bytes(document, "application/json")).ExcludeFromDescription().ForAnyone();
    }

    public static JsonObject Make(IReadOnlyList<PartneroRoute> routes)
    {
        var schemas = new JsonObject { [ErrorSchema] = Error() };
        var paths = new JsonObject();
        foreach (var ofPath in routes.GroupBy(route => route.Pattern).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var operations = new JsonObject();
            foreach (var route in ofPath.OrderBy(route => route.Method, StringComparer.Ordinal))
            {
                if (route.Data is { } data)
                    schemas[NameOf(data)] = data.GetJsonSchemaAsNode(Schemas);
                operations[route.Method.ToLowerInvariant()] = Operation(route);
            }
            paths[Root + ofPath.Key] = operations;
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Tributary, Partnero dialect",
                ["version"] = "1",
                ["description"] = "What a client written for Partnero finds here, below /v1 and below /partnero/v1. Members of a query may as well stand in a body, on every method.",
            },
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = WireSchemas.Sorted(schemas),
                ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
        };
    }

    private static JsonObject Operation(PartneroRoute route)
    {
        var inQuery = HttpMethods.IsGet(route.Method);
        var names = route.Segments.Where(PartneroRoute.IsName).Select(segment => WireSchemas.PathParameter(segment.Trim('{', '}')));
        var operation = new JsonObject
        {
            ["summary"] = route.Summary,
            ["parameters"] = new JsonArray([.. names, .. inQuery ? route.Reads.Select(WireSchemas.QueryParameter) : []]),
            ["responses"] = new JsonObject
            {
                [route.SuccessStatus.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Response("What was asked for or done", Success(route)),
                ["default"] = Response("A refusal", Reference(ErrorSchema)),
            },
        };
        if (route.Only is { } type)
            operation["description"] = $"Only in programs of type {PartneroWords.Of(type)}.";
        if (!inQuery && route.Reads.Count > 0)
        {
            operation["requestBody"] = new JsonObject
            {
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = WireSchemas.ObjectOf(route.Reads) } },
            };
        }
        return operation;
    }

    private static JsonObject Success(PartneroRoute route)
    {
        var members = new JsonObject();
        if (route.Data is { } data)
            members["data"] = route.IsList ? new JsonObject { ["type"] = "array", ["items"] = Reference(NameOf(data)) } : Reference(NameOf(data));
        members["status"] = new JsonObject { ["const"] = 1 };
        return new JsonObject { ["type"] = "object", ["properties"] = members };
    }

    private static JsonObject Response(string meaning, JsonObject schema) => new()
    {
        ["description"] = meaning,
        ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } },
    };

    private static JsonObject Error() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["status"] = new JsonObject { ["const"] = 0 },
            ["code"] = new JsonObject { ["type"] = "string" },
            ["message"] = new JsonObject { ["type"] = "string" },
            ["errors"] = new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
            },
        },
    };

    private static JsonObject Reference(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };

    private static string NameOf(JsonTypeInfo type) => type.Type.Name;

    /// <summary>What our own converters write.</summary>
    private static JsonObject? OfWritten(Type type)
    {
        var nullable = Nullable.GetUnderlyingType(type) is not null;
        var written = Nullable.GetUnderlyingType(type) ?? type;
        if (written == typeof(WireAmount))
            return new JsonObject { ["type"] = nullable ? new JsonArray("number", "null") : "number" };
        return written == typeof(PartneroTime)
            ? new JsonObject { ["type"] = nullable ? new JsonArray("string", "null") : "string", ["format"] = "date-time" }
            : null;
    }
}

using System.Numerics;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1;

/// <summary>
/// The OpenAPI document of the native API: from the routes and their records, with what the routes share said once here.
/// </summary>
internal static class V1Description
{
    private const string SecurityScheme = "secretKey";

    private const string Introduction = """
        The native API of Tributary: everything the engine knows, for a programme's own servers.

        **Keys.** Send a secret key as `Authorization: Bearer trs_…`. A key has scopes; a key may be bound to one referrer and then meets only what is that referrer's.

        **Bodies.** JSON, read strictly: an unknown or repeated member, a number in a string, a fraction where a whole number is asked, is refused with the member's name. Amounts are whole numbers in the smallest part of their unit (cents of a dollar). Times carry `Z` or an offset.

        **Errors.** RFC 9457 problems with a `code` for programs, the `field` to blame and the `requestId`. A refused call has changed nothing.

        **Lists.** `limit` (1 to 100) and `after`, which takes the `next` of the page before.

        **Repeating.** A POST with an `Idempotency-Key` is done once: its answer is kept for 7 days and sent again with `Idempotency-Replayed: true`. 409 while the first is running, 422 for another request under the same key. Ids of the merchant's own (order, refund, event) hold for ever, with or without the header.

        **Rates.** `RateLimit` and `RateLimit-Policy` on every answer; 429 with `Retry-After` beyond.

        The API changes by addition only: members, event types and problem codes are added, and must be passed over by who does not know them.
        """;

    public static void AddV1Description(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            foreach (var converter in V1Json.Answers.Options.Converters)
                json.SerializerOptions.Converters.Add(converter);
        });
        services.AddOpenApi(V1Routes.Document, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = NameOf;
            options.AddSchemaTransformer(DescribeScalarAsync);
            options.AddOperationTransformer(V1Operations.DescribeAsync);
            options.AddDocumentTransformer(DescribeDocumentAsync);
        });
    }

    private static Task DescribeDocumentAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info = new OpenApiInfo { Title = "Tributary", Version = "1", Description = Introduction };
        document.Tags = document.Tags?.Select(tag => new OpenApiTag { Name = V1Operations.TagOf(tag.Name!) }).ToHashSet();
        // The document is the same wherever it is served from.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [SecurityScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A secret key of the programme.",
            },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SecurityScheme, document)] = [] }];
        return Task.CompletedTask;
    }

    /// <summary>What is answered is called after what it is: <c>Order</c>, <c>OrderList</c>; what is sent stays <c>OrderBody</c>.</summary>
    private static string? NameOf(JsonTypeInfo type)
    {
        if (type.Type == typeof(WholeNumber) || type.Type == typeof(BigInteger) || type.Type == typeof(Unit) || type.Type == typeof(Currency))
            return null;
        const string suffix = "Answer";
        var name = OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        if (name is null)
            return null;
        if (type.Type.IsGenericType && type.Type.GetGenericTypeDefinition() == typeof(ListAnswer<>))
            return Short(type.Type.GenericTypeArguments[0].Name) + "List";
        return Short(name);

        static string Short(string whole) => whole.EndsWith(suffix, StringComparison.Ordinal) ? whole[..^suffix.Length] : whole;
    }

    /// <summary>Types that our converters write as one text or number, and which the framework would describe by their members.</summary>
    private static Task DescribeScalarAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        if (context.JsonTypeInfo.Type == typeof(IReadOnlyDictionary<string, WholeNumber>))
            schema.AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Integer | JsonSchemaType.String };
        var optional = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type);
        if (TypeOf(optional ?? context.JsonTypeInfo.Type) is not var (type, description))
            return Task.CompletedTask;
        schema.Type = optional is null ? type : type | JsonSchemaType.Null;
        schema.Properties = null;
        schema.Required = null;
        schema.Description ??= description;
        return Task.CompletedTask;
    }

    private static (JsonSchemaType Type, string? Description)? TypeOf(Type type)
    {
        if (type == typeof(WholeNumber) || type == typeof(BigInteger))
            return (JsonSchemaType.Integer | JsonSchemaType.String, "In the unit's smallest part; of tokens on a chain the digits in a string.");
        if (type == typeof(Unit))
            return (JsonSchemaType.String, "USD, points:points, score:score ….");
        if (type == typeof(Currency))
            return (JsonSchemaType.String, "ISO 4217 code.");
        return type == typeof(DateTimeOffset) ? (JsonSchemaType.String, null) : null;
    }
}

using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1;

/// <summary>What each operation of the document says besides its own handler: parameters, scope, problems.</summary>
internal static class V1Operations
{
    /// <summary>Operations that answer the same however often they are asked, so that no key is needed.</summary>
    private const string DryRun = "dryRunOrder";

    public static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Tags = operation.Tags!.Select(tag => new OpenApiTagReference(TagOf(tag.Name!), context.Document)).ToHashSet();
        DescribeAccess(operation, metadata.OfType<RouteAccess>().Last());
        if (operation.RequestBody?.Content is { } content && content.Remove("*/*", out var body))
            content.Add("application/json", body);
        AddPathParameters(operation, context.Description.RelativePath!);
        if (metadata.OfType<PagedMetadata>().Any())
            AddPaging(operation);
        if (metadata.OfType<AskedMetadata>().Any())
            Asked.Describe(operation, ofLink: operation.OperationId == "getAnalyticsOfLink");
        var isPost = HttpMethods.IsPost(context.Description.HttpMethod!);
        if (isPost && operation.OperationId != DryRun && !metadata.OfType<IdempotentByContent>().Any())
            AddIdempotencyKey(operation);
        MoveSuccess(operation, metadata.OfType<Described>().Last().Status);
        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemAnswer), null, ct);
        context.Document!.AddComponent("Problem", problem);
        foreach (var (status, meaning) in ProblemsOf(operation, context))
            AddProblem(operation, context.Document, status, meaning);
    }

    /// <summary>The routes of one file are one group: <c>OrdersApi</c> is about orders.</summary>
    public static string TagOf(string type)
    {
        var plain = type.EndsWith("Api", StringComparison.Ordinal) ? type[..^3] : type;
        return string.Concat(plain.Select((letter, place) => place > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
    }

    private static void DescribeAccess(OpenApiOperation operation, RouteAccess access)
    {
        var bound = access.Callers == RouteCallers.BoundSecret ? " A key bound to a referrer may call it for what is that referrer's." : "";
        var paused = access.WhilePaused ? "" : " Refused while the programme is paused.";
        var publishable = access.Callers == RouteCallers.Publishable ? " A publishable key may call it too, from pages of verified sites." : "";
        operation.Description = $"Needs the scope `{access.Scope}`.{bound}{publishable}{paused}";
    }

    private static void AddPathParameters(OpenApiOperation operation, string path)
    {
        operation.Parameters ??= [];
        foreach (var name in path.Split('/').Where(step => step is ['{', .., '}']).Select(step => step.Trim('{', '}').Split(':')[0]).Reverse())
        {
            if (operation.Parameters.Any(parameter => parameter.Name == name))
                continue;
            operation.Parameters.Insert(0, new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Path,
                Required = true,
                Description = "Percent-encoded, a slash too.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Limits.Text },
            });
        }
    }

    private static void AddPaging(OpenApiOperation operation)
    {
        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = "limit",
            In = ParameterLocation.Query,
            Description = "Rows of the page at most.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = Paging.MostSize.ToString(CultureInfo.InvariantCulture),
                Default = Paging.UsualSize,
            },
        });
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "after",
            In = ParameterLocation.Query,
            Description = "The next of the page before.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    private static void AddIdempotencyKey(OpenApiOperation operation) => operation.Parameters!.Add(new OpenApiParameter
    {
        Name = Call.IdempotencyHeader,
        In = ParameterLocation.Header,
        Description = "A text of the caller's own, under which the call is done once.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Limits.Text },
    });

    private static void MoveSuccess(OpenApiOperation operation, int status)
    {
        if (status == StatusCodes.Status200OK || !operation.Responses!.Remove("200", out var success))
            return;
        success.Description = "Created";
        operation.Responses.Add(status.ToString(CultureInfo.InvariantCulture), success);
    }

    private static IEnumerable<(int Status, string Meaning)> ProblemsOf(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var writes = !HttpMethods.IsGet(context.Description.HttpMethod!);
        var hasParameters = operation.Parameters is { Count: > 0 };
        if (operation.RequestBody is not null)
            yield return (400, "The body is no JSON");
        yield return (401, "No valid secret key");
        yield return (403, "The key may not do this");
        if (operation.Parameters!.Any(parameter => parameter.In == ParameterLocation.Path))
            yield return (404, "There is no such thing, for this key");
        if (writes)
            yield return (409, "What is there already does not allow it");
        if (operation.RequestBody is not null)
        {
            yield return (413, "The body is too large");
            yield return (415, "The body is not said to be JSON");
        }
        if (operation.RequestBody is not null || hasParameters)
            yield return (422, "A member or parameter is missing, unknown or out of its range");
        yield return (429, "Too many requests; see Retry-After");
        yield return (503, "Not available at the moment; see Retry-After");
    }

    private static void AddProblem(OpenApiOperation operation, OpenApiDocument document, int status, string meaning) =>
        operation.Responses!.Add(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse
        {
            Description = meaning,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [V1Problems.MediaType] = new() { Schema = new OpenApiSchemaReference("Problem", document) },
            },
        });
}

/// <summary>Put on a route whose handler takes a <see cref="Paging"/>.</summary>
internal sealed class PagedMetadata;

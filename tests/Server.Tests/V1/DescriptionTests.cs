using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Tributary.Server.Api.V1;

namespace Tributary.Server.Tests.V1;

/// <summary>The OpenAPI document, which is checked in so that every change of it is seen, and the pages that show it.</summary>
public sealed class DescriptionTests(V1Node node) : IClassFixture<V1Node>
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_document_is_the_one_checked_in()
    {
        var served = (await ReadAsync()).ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable("TRIBUTARY_REWRITE") == "1")
            await File.WriteAllTextAsync(CheckedIn(), served);
        served.ShouldBe(await File.ReadAllTextAsync(CheckedIn()), "Run the tests with TRIBUTARY_REWRITE=1 to write docs/openapi/v1.json anew.");
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_takes_and_refuses()
    {
        var paths = (await ReadAsync())["paths"]!.AsObject();
        var routes = node.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal)).ToList();
        paths.Sum(path => path.Value!.AsObject().Count).ShouldBe(routes.Count);
        foreach (var (path, operations) in paths)
            foreach (var (method, operation) in operations!.AsObject())
            {
                var responses = operation!["responses"]!.AsObject();
                ((string?)operation["summary"]).ShouldNotBeNullOrWhiteSpace(path);
                responses.Any(response => response.Key is "200" or "201" && (response.Value!["content"]!["application/json"] ?? response.Value!["content"]!["image/png"] ?? response.Value!["content"]!["text/event-stream"]) is not null).ShouldBeTrue(path);
                responses["401"]!["content"]![V1Problems.MediaType].ShouldNotBeNull(path);
                foreach (var step in path.Split('/').Where(step => step.StartsWith('{')))
                    operation["parameters"]!.AsArray().Select(parameter => (string?)parameter!["name"]).ShouldContain(step.Trim('{', '}'), $"{method} {path}");
            }
    }

    [Theory]
    [InlineData("swagger-ui.css", "text/css")]
    [InlineData("swagger-ui-bundle.js", "text/javascript")]
    public async Task The_reference_is_drawn_by_what_is_served_from_here(string file, string type)
    {
        using var answer = await node.Server.Client.GetAsync("/lib/swagger-ui-dist/" + file);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        var page = await node.Server.Client.GetStringAsync("/docs");
        page.ShouldContain("/lib/swagger-ui-dist/" + file);
        page.ShouldNotContain("http://");
        page.ShouldNotContain("https://");
    }

    [Theory]
    [InlineData("/docs", "/openapi/v1.json")]
    [InlineData("/docs?document=gameball", "/openapi/gameball.json")]
    [InlineData("/docs?document=%2F%2Fevil", "/openapi/v1.json")]
    public async Task The_reference_shows_the_description_that_is_asked_for_if_there_is_one(string path, string description)
    {
        (await node.Server.Client.GetStringAsync(path)).ShouldContain($"data-document=\"{description}\"");
        (await node.Server.Client.GetAsync(description)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<JsonNode> ReadAsync() => JsonNode.Parse(await node.Server.Client.GetStringAsync("/openapi/v1.json"))!;

    private static string CheckedIn([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "openapi", "v1.json"));
}

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tributary.Keys;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.Robustness;

/// <summary>A documented call is there and lets its key in; D33 is a valid key that was refused.</summary>
public sealed partial class DocumentedCallsTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/openapi/gameball.json")]
    public async Task D33_every_documented_call_takes_a_real_key(string document)
    {
        var shop = await server.OpenShopAsync();
        string secret = await server.MintAsync(shop.Program, ApiKeyKind.Secret, KeyScopes.All);
        var description = JsonNode.Parse(await server.Node.Client.GetStringAsync(document))!;
        var calls = CallsOf(description).ToList();
        calls.Count.ShouldBeGreaterThan(10);
        var refused = new List<string>();
        foreach (var (method, path, operation) in calls)
        {
            using var request = Request(method, path, operation);
            request.Headers.Add("Authorization", "Bearer " + secret);
            request.Headers.Add("apiKey", shop.ApiKey);
            request.Headers.Add("secretKey", shop.Secret);
            // The stream's answer has no end.
            using var answer = await server.Node.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (IsRefusal(answer.StatusCode))
                refused.Add($"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        refused.ShouldBeEmpty();
    }

    private static bool IsRefusal(HttpStatusCode status) =>
        status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed || (int)status >= 500;

    private static IEnumerable<(string Method, string Path, JsonNode Operation)> CallsOf(JsonNode description) =>
        from path in description["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "post" or "put" or "patch" or "delete"
        select (operation.Key.ToUpperInvariant(), path.Key, operation.Value!);

    /// <summary>With an id in every place that wants one; a body that says nothing.</summary>
    private static HttpRequestMessage Request(string method, string path, JsonNode operation)
    {
        string target = PathParameter().Replace(path, "1");
        var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (operation["requestBody"] is not null)
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        return request;
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex PathParameter();
}

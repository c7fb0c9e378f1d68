using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Tributary.Server.Tests.V1;

/// <summary>Asks the native API and reads what it answers.</summary>
internal sealed class ApiClient(HttpClient http)
{
    public HttpClient Http => http;

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<ApiAnswer> PostAsync(string path, string body = "{}", string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, body, idempotencyKey);

    public Task<ApiAnswer> PutAsync(string path, string body = "{}") => SendAsync(HttpMethod.Put, path, body);

    public Task<ApiAnswer> PatchAsync(string path, string body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await SendAsync(request);
    }

    public async Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var text = response.Content.Headers.ContentType?.MediaType == "text/event-stream"
            ? await ReadBeginningAsync(response)
            : await response.Content.ReadAsStringAsync();
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new ApiAnswer(response.StatusCode, text, headers);
    }

    /// <summary>A stream has no end.</summary>
    private static async Task<string> ReadBeginningAsync(HttpResponseMessage response)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var text = new StringBuilder();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        try
        {
            while (await reader.ReadLineAsync(enough.Token) is { } line)
                text.AppendLine(line);
        }
        catch (OperationCanceledException)
        {
            // What is there by now is enough.
        }
        return text.ToString();
    }
}

internal sealed record ApiAnswer(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException("An empty answer.");

    public JsonNode? this[string path] => path.Split('.').Aggregate<string, JsonNode?>(
        Json, (node, step) => node is JsonArray items ? items[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node?[step]);

    public string? Code => (string?)Json["code"];

    public string? Field => (string?)Json["field"];

    /// <summary>The same answer, after checking that it is a success.</summary>
    public ApiAnswer Ok(HttpStatusCode status = HttpStatusCode.OK)
    {
        Status.ShouldBe(status, Text);
        return this;
    }

    /// <summary>Checks that it is this problem in the API's shape.</summary>
    public ApiAnswer ShouldBeProblem(HttpStatusCode status, string code, string? field = null)
    {
        Status.ShouldBe(status, Text);
        Headers["Content-Type"].ShouldBe("application/problem+json");
        Code.ShouldBe(code, Text);
        if (field is not null)
            Field.ShouldBe(field, Text);
        ((int)Json["status"]!).ShouldBe((int)status);
        ((string?)Json["detail"]).ShouldNotBeNullOrWhiteSpace();
        ((string?)Json["requestId"]).ShouldBe(Headers["X-Request-Id"]);
        return this;
    }
}

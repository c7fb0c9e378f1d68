using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tributary.Server.Tests.Support;

namespace Tributary.Server.Tests.Gameball;

/// <summary>One answer of the server with its bytes.</summary>
internal sealed record Answer(int Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>What became of the code that was sent.</summary>
    public string? Referral => Header("X-Tributary-Referral");

    /// <summary>The object of a success.</summary>
    public JsonElement Ok()
    {
        Status.ShouldBe(200, Text);
        Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        Json.ValueKind.ShouldBe(JsonValueKind.Object);
        return Json;
    }

    /// <summary>A refusal in this dialect's shape.</summary>
    public Answer Refused(int status, int code, string? message = null)
    {
        Status.ShouldBe(status, Text);
        var members = Json.EnumerateObject().Select(member => member.Name);
        members.ShouldBe(["code", "type", "message", "documentationUrl", "requestId"]);
        Json.GetProperty("code").GetInt32().ShouldBe(code, Text);
        Json.GetProperty("type").GetString()!.ShouldEndWith("_ERROR");
        Json.GetProperty("documentationUrl").GetString()!.ShouldEndWith($"/docs/gameball#{code}");
        Json.GetProperty("requestId").GetString().ShouldBe(Header("X-Request-Id"));
        if (message is not null)
            Json.GetProperty("message").GetString().ShouldBe(message);
        return this;
    }

    public static async Task<Answer> AskAsync(
        TestServer node, string method, string target, byte[]? body, string? mediaType, params (string Name, string Value)[] headers)
    {
        // The target goes out as it is written: no dots resolved, nothing decoded.
        var exact = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(node.Client.BaseAddress!.OriginalString.TrimEnd('/') + target, exact));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        }
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content!.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }
        using var response = await node.Client.SendAsync(request);
        // Before the framework reads it, and writes it anew from then on.
        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var written) ? written.ToString() : null;
        var all = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        if (type is not null)
            all["Content-Type"] = type;
        return new Answer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(), all);
    }
}

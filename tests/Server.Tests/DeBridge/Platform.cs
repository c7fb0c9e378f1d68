using System.Text;
using System.Text.Json;
using Tributary.ChainOrders;
using Tributary.Programs;
using Tributary.Server.Tests.Gameball;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>One programme of a test, asked as its own operator unless another key is named.</summary>
internal sealed class Platform(DeBridgeNode node, ReferralProgram program, string secret, string publishable)
{
    public DeBridgeNode Node => node;

    public ReferralProgram Program => program;

    public string Secret => secret;

    public string Publishable => publishable;

    /// <summary>What a client puts before the paths of either service.</summary>
    public string Base => $"/p/{program.PublicId}";

    public Task<Reply> GetAsync(string path, string? key = "own") => AskAsync("GET", path, null, key);

    /// <param name="body">JSON.</param>
    public Task<Reply> PostAsync(string path, string body, string? key = "own", string mediaType = "application/json") =>
        AskAsync("POST", path, body, key, mediaType);

    public Task<Reply> ListAsync(string filter, string? key = "own") => PostAsync("/api/Orders/filteredList", filter, key);

    /// <summary>An upstream's answer, which keeps no rule of ours.</summary>
    public Task<Answer> RawAsync(string path) =>
        Answer.AskAsync(node.Server, "GET", Base + path, null, null, ("Authorization", "Bearer " + secret));

    /// <summary>Records an order as the platform's back end would.</summary>
    public async Task<ChainOutcome> RecordAsync(ChainOrderReport order, params IReadOnlyList<ChainEventReport> events)
    {
        var outcome = await node.Get<RecordChainOrder>().ExecuteAsync(
            program, order with { Events = [.. order.Events, .. events] }, ChainOrderSource.Native, null, V1Node.Operator, default);
        return outcome.Value;
    }

    /// <param name="key">"own": the programme's secret; null: none.</param>
    public async Task<Reply> AskAsync(
        string method, string path, string? body, string? key = "own", string? mediaType = null, params (string Name, string Value)[] headers)
    {
        var token = key == "own" ? secret : key;
        if (token is not null)
            headers = [.. headers, ("Authorization", "Bearer " + token)];
        var bytes = body is null ? null : Encoding.UTF8.GetBytes(body);
        return new Reply(await Answer.AskAsync(node.Server, method, Base + path, bytes, mediaType, headers));
    }
}

/// <summary>One answer of either service. What holds for every answer is checked wherever one is looked at.</summary>
internal sealed class Reply
{
    private readonly Answer answer;

    public Reply(Answer answer)
    {
        this.answer = answer;
        answer.Header("x-request-id").ShouldNotBeNullOrEmpty();
        answer.Header("Cache-Control").ShouldBe("no-store");
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
        if (Status == 200 && answer.Header("Content-Type")!.Contains("json", StringComparison.Ordinal) && Json.ValueKind == JsonValueKind.Object)
            Json.EnumerateObject().Select(member => member.Name).Intersect(["error", "errorCode", "errorId"]).ShouldBeEmpty();
    }

    public int Status => answer.Status;

    public string Text => answer.Text;

    public byte[] Bytes => answer.Bytes;

    public JsonElement Json => answer.Json;

    public string? Header(string name) => answer.Header(name);

    public JsonElement Ok()
    {
        Status.ShouldBe(200, Text);
        return Json;
    }

    /// <summary>A refusal in the tracking service's body.</summary>
    public Reply Refused(int status, string code, string? member = null)
    {
        Status.ShouldBe(status, Text);
        Json.GetProperty("errorCode").GetInt32().ShouldBe(status);
        Json.GetProperty("error").GetProperty("errorCode").GetString().ShouldBe(code);
        Json.GetProperty("error").GetProperty("text").GetString().ShouldBe(Json.GetProperty("message").GetString());
        Json.GetProperty("reqId").GetString().ShouldBe(Header("x-request-id"));
        Json.TryGetProperty("errors", out var errors).ShouldBe(status == 400);
        if (member is not null)
            errors.GetProperty(member)[0].GetString().ShouldNotBeNullOrEmpty();
        return this;
    }

    /// <summary>A refusal in the order service's body.</summary>
    public Reply OrderRefused(int status, string errorId, string? parameter = null)
    {
        Status.ShouldBe(status, Text);
        Json.GetProperty("errorCode").ValueKind.ShouldBe(JsonValueKind.Number);
        Json.GetProperty("errorId").GetString().ShouldBe(errorId, Text);
        Json.GetProperty("errorMessage").GetString().ShouldNotBeNullOrEmpty();
        Json.GetProperty("reqId").GetString().ShouldBe(Header("x-request-id"));
        Json.GetProperty("requestId").GetString().ShouldBe(Header("x-request-id"));
        if (parameter is not null)
            Json.GetProperty("errorPayload").GetProperty("parameter").GetString().ShouldBe(parameter);
        return this;
    }

    /// <summary>Ids of the orders of a list, as text.</summary>
    public IReadOnlyList<string> Ids =>
        [.. Ok().GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("orderId").GetProperty("stringValue").GetString()!)];

    public long Total => Ok().GetProperty("totalCount").GetInt64();
}

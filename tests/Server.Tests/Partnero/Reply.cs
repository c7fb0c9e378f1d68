using System.Text.Json;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.Partnero;

/// <summary>One answer in Partnero's shape. That every answer keeps the rules of all is checked wherever one is looked at.</summary>
internal sealed class Reply
{
    private readonly Answer answer;

    public Reply(Answer answer)
    {
        this.answer = answer;
        if (Type != "application/json")
            return;
        Json = answer.Json;
        Json.ValueKind.ShouldBe(JsonValueKind.Object, Text);
        Json.GetProperty("status").GetInt32().ShouldBe(Status < 400 ? 1 : 0, Text);
        answer.Header("Cache-Control").ShouldBe("no-store");
    }

    public int Status => answer.Status;

    public string Text => answer.Text;

    public byte[] Bytes => answer.Bytes;

    public string? Type => answer.Header("Content-Type");

    public JsonElement Json { get; }

    public JsonElement Data => Json.GetProperty("data");

    public string? Next => Json.GetProperty("links").GetProperty("next").GetString();

    public string? Header(string name) => answer.Header(name);

    public Reply Is(int status)
    {
        Status.ShouldBe(status, Text);
        Type.ShouldBe("application/json");
        return this;
    }

    /// <summary>The object of a success.</summary>
    public JsonElement Ok(int status = 200) => Is(status).Data;

    public Reply Done()
    {
        Is(200).Text.ShouldBe("""{"status":1}""");
        return this;
    }

    /// <summary>A refusal with its code, and with the member to blame.</summary>
    public Reply Refused(int status, string code, string? field = null)
    {
        Is(status);
        Json.GetProperty("code").GetString().ShouldBe(code, Text);
        Json.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        if (field is not null)
            Json.GetProperty("errors").GetProperty(field)[0].GetString().ShouldNotBeNullOrEmpty(Text);
        return this;
    }

    /// <summary>The member of every row of a list.</summary>
    public IReadOnlyList<string?> Each(string member) =>
        [.. Ok().EnumerateArray().Select(row => row.GetProperty(member).ToString())];
}

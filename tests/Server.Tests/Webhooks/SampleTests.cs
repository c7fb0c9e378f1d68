using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Server.Tests.Documents;

namespace Tributary.Server.Tests.Webhooks;

/// <summary>The samples of the guide verify what they should and nothing else (promises.md W11).</summary>
public sealed class SampleTests
{
    private const string Guide = "docs/guide/webhooks.md";
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const string Body = "{\"test\": 2432232314}";
    private const long At = 1_614_265_330;

    private static readonly Case[] Cases =
    [
        new(true),
        new(true, Secret: Secret["whsec_".Length..]),
        new(true, Now: At + 299),
        new(false, Now: At + 301),
        new(false, Now: At - 301),
        new(true, Signatures: "v2,abc " + Signature),
        new(false, Signatures: "v1,g0hM9SsE"),
        new(false, Signatures: "v1,"),
        new(false, Signatures: "v2,abc"),
        new(false, Signatures: ""),
        new(false, Id: ""),
        new(false, Time: "soon"),
        new(false, Time: ""),
        new(false, Secret: "whsec_"),
        new(false, Secret: ""),
        new(false, Body: "{\"test\": 2432232315}"),
    ];

    [Fact]
    public void The_sample_in_CSharp_is_the_one_that_is_compiled_here()
    {
        Block("csharp").ShouldBe(string.Join('\n', Repository.Read("tests/Server.Tests/Webhooks/WebhookVerifier.cs").Trim().Split('\n').Where(line => !line.StartsWith('#'))));
        foreach (var each in Cases)
            WebhookVerifier.Verify(each.Secret, name => each.Headers[name]?.ToString(), Encoding.UTF8.GetBytes(each.Body), DateTimeOffset.FromUnixTimeSeconds(each.Now))
                .ShouldBe(each.IsRight, each.ToString());
    }

    [Fact]
    public async Task The_sample_in_JavaScript_verifies()
    {
        Assert.SkipUnless(Interpreter.Exists("node"), "There is no node on this machine.");
        const string run = """

            let input = ""; for await (const chunk of process.stdin) input += chunk;
            console.log(JSON.stringify(JSON.parse(input).map(each => verify(each.Secret, each.Headers, Buffer.from(each.Body), each.Now))));
            """;
        await ShouldVerifyAsync("node", ["--input-type=module", "-e", Block("js") + run]);
    }

    [Fact]
    public async Task The_sample_in_Python_verifies()
    {
        Assert.SkipUnless(Interpreter.Exists("python3"), "There is no Python on this machine.");
        const string run = """

            import json, sys
            print(json.dumps([verify(each["Secret"], each["Headers"], each["Body"].encode(), each["Now"]) for each in json.load(sys.stdin)]))
            """;
        await ShouldVerifyAsync("python3", ["-c", Block("python") + run]);
    }

    private static async Task ShouldVerifyAsync(string interpreter, IReadOnlyList<string> arguments)
    {
        var output = await Interpreter.RunAsync(interpreter, arguments, JsonSerializer.SerializeToUtf8Bytes(Cases));
        var answers = JsonNode.Parse(output)!.AsArray().Select(answer => (bool)answer!).ToList();
        answers.ShouldBe(Cases.Select(each => each.IsRight));
    }

    /// <summary>The only block of a language in the guide.</summary>
    private static string Block(string language)
    {
        var text = Repository.Read(Guide);
        var begin = text.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return text[begin..text.IndexOf("\n```", begin, StringComparison.Ordinal)].Trim();
    }

    private sealed record Case(
        bool IsRight, string Secret = SampleTests.Secret, long Now = At, string Signatures = Signature, string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
        string Time = "1614265330", string Body = SampleTests.Body)
    {
        public JsonObject Headers => new() { ["webhook-id"] = Id, ["webhook-timestamp"] = Time, ["webhook-signature"] = Signatures };
    }
}

using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>The OpenAPI document of the dialect, which is checked in so that every change of it is seen.</summary>
public sealed class DescriptionTests(DeBridgeNode node) : IClassFixture<DeBridgeNode>
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_document_is_the_one_checked_in()
    {
        var answer = await Answer.AskAsync(node.Server, "GET", "/openapi/debridge.json", null, null);
        answer.Status.ShouldBe(200);
        var served = JsonNode.Parse(answer.Bytes)!.ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable("TRIBUTARY_REWRITE") == "1")
            await File.WriteAllTextAsync(CheckedIn(), served);
        served.ShouldBe(await File.ReadAllTextAsync(CheckedIn()), "Run the tests with TRIBUTARY_REWRITE=1 to write docs/openapi/debridge.json anew.");
    }

    private static string CheckedIn([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "openapi", "debridge.json"));
}

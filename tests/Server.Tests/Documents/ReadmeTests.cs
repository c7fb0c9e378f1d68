using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Documents;

/// <summary>The tour of README.md, sent to a fresh demo programme: every request works, every answer is the one that is printed.</summary>
public sealed partial class ReadmeTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_tours_requests_are_answered_as_the_readme_says()
    {
        var folder = TestFolders.Create("tributary-readme-");
        await using var server = await TestServer.StartAsync(postgres, settings: options => options with { Demo = true, DataFolder = folder });
        var demo = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "demo.json")))!;
        var steps = Steps(Repository.Read("README.md"));
        steps.Count.ShouldBe(12);
        foreach (var (command, answer) in steps)
        {
            using var request = RequestOf(WithVariables(command, server.Client.BaseAddress!, demo));
            using var response = await server.Client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            response.IsSuccessStatusCode.ShouldBeTrue(text);
            ShouldHold(JsonNode.Parse(answer), JsonNode.Parse(text), command);
        }
        TestFolders.Delete(folder);
    }

    /// <summary>Each curl command with the JSON block that follows it.</summary>
    private static List<(string Command, string Answer)> Steps(string readme) =>
        [.. Step().Matches(readme).Select(match => (match.Groups["command"].Value, match.Groups["answer"].Value))];

    private static string WithVariables(string command, Uri address, JsonNode demo) => command
        .Replace("$BASE", address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
        .Replace("$API_KEY", (string)demo["gameball"]!["apiKey"]!, StringComparison.Ordinal)
        .Replace("$SECRET_KEY", (string)demo["gameball"]!["secretKey"]!, StringComparison.Ordinal)
        .Replace("$YOUR_API_KEY", (string)demo["partnero"]!["token"]!, StringComparison.Ordinal)
        .Replace("$NATIVE_KEY", (string)demo["keys"]!["secret"]!, StringComparison.Ordinal);

    private static HttpRequestMessage RequestOf(string command)
    {
        var method = Method().Match(command) is { Success: true } given ? given.Groups[1].Value : "GET";
        var request = new HttpRequestMessage(new HttpMethod(method), Address().Match(command).Value);
        if (Body().Match(command) is { Success: true } body)
            request.Content = new StringContent(body.Groups[1].Value, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        foreach (Match header in Header().Matches(command))
        {
            if (header.Groups[1].Value != "Content-Type")
                request.Headers.TryAddWithoutValidation(header.Groups[1].Value, header.Groups[2].Value).ShouldBeTrue();
        }
        return request;
    }

    /// <summary>Everything printed is in the answer; numbers that a server draws and times are its own.</summary>
    private static void ShouldHold(JsonNode? printed, JsonNode? answered, string where)
    {
        switch (printed)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    if (name is not ("gameballId" or "gameballTransactionId"))
                        ShouldHold(value, answered!.AsObject()[name], $"{where}\n{name}");
                }
                break;
            case JsonArray items:
                answered!.AsArray().Count.ShouldBe(items.Count, where);
                for (var n = 0; n < items.Count; n++)
                    ShouldHold(items[n], answered.AsArray()[n], where);
                break;
            default:
                Timeless(answered).ShouldBe(Timeless(printed), where);
                break;
        }
    }

    private static string Timeless(JsonNode? value) => Time().Replace(value?.ToJsonString() ?? "null", "(time)");

    [GeneratedRegex("```sh\n(?<command>curl [^`]*)```\n\n```json\n(?<answer>[^`]*)```", RegexOptions.ExplicitCapture)]
    private static partial Regex Step();

    [GeneratedRegex("-X ([A-Z]+)")]
    private static partial Regex Method();

    [GeneratedRegex("http://[^\"]+")]
    private static partial Regex Address();

    [GeneratedRegex("-H ['\"]([A-Za-z-]+): ([^'\"]+)['\"]")]
    private static partial Regex Header();

    [GeneratedRegex("-d '([^']*)'")]
    private static partial Regex Body();

    [GeneratedRegex(@"\d{1,2} [A-Z][a-z]{2} 20\d\d, \d\d:\d\d")]
    private static partial Regex Time();
}

using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Tributary.Server.Tests.Gameball;

/// <summary>
/// A request kept as a file of bytes, and what is expected of its answer. Only host, keys and the body's length are filled
/// in; the body goes out byte for byte.
/// </summary>
internal static class Transcript
{
    private const string AnyNumber = "<number>";
    private const string AnyText = "<text>";

    public static async Task PlayAsync(Shop shop, string name)
    {
        var expected = Read(name, "expected").Split("\n\n", 2);
        var answer = await SendAsync(shop, Read(name, "request"));
        var lines = expected[0].Split('\n');
        answer.Status.ToString(CultureInfo.InvariantCulture).ShouldBe(lines[0], answer.Text);
        foreach (var header in lines[1..].Select(line => line.Split(": ", 2)))
            answer.Header(header[0]).ShouldBe(header[1]);
        answer.Header("X-Request-Id").ShouldNotBeNullOrEmpty();
        if (expected[1].Trim() is { Length: > 0 } body)
            Compare(JsonNode.Parse(Fill(shop, body)), JsonNode.Parse(answer.Bytes), "$");
        else
            answer.Bytes.ShouldBeEmpty();
    }

    private static async Task<Answer> SendAsync(Shop shop, string request)
    {
        var parts = request.Split("\n\n", 2);
        var body = Encoding.UTF8.GetBytes(parts[1]);
        var head = Fill(shop, parts[0])
            .Replace("{LENGTH}", body.Length.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("\n", "\r\n", StringComparison.Ordinal);
        var host = shop.Server.Node.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(host.Host, host.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + "\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body);
        using var received = new MemoryStream();
        await stream.CopyToAsync(received);
        return Parse(received.ToArray());
    }

    private static Answer Parse(byte[] received)
    {
        var end = received.AsSpan().IndexOf("\r\n\r\n"u8);
        var head = Encoding.ASCII.GetString(received, 0, end).Split("\r\n");
        var headers = head[1..].Select(line => line.Split(": ", 2))
            .ToDictionary(header => header[0], header => header[1], StringComparer.OrdinalIgnoreCase);
        return new Answer(int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture), received[(end + 4)..], headers);
    }

    /// <summary>The same members with the same values, none more and none less; of a marked one only the type.</summary>
    private static void Compare(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject members:
                actual.ShouldNotBeNull(path).AsObject().Select(member => member.Key).ShouldBe(members.Select(member => member.Key), path);
                foreach (var (name, value) in members)
                    Compare(value, actual[name], $"{path}.{name}");
                break;
            case JsonValue value when value.TryGetValue<string>(out var text) && text is AnyNumber:
                actual!.GetValueKind().ShouldBe(System.Text.Json.JsonValueKind.Number, path);
                break;
            case JsonValue value when value.TryGetValue<string>(out var text) && text is AnyText:
                actual!.GetValue<string>().ShouldNotBeNullOrEmpty(path);
                break;
            default:
                (actual?.ToJsonString() ?? "null").ShouldBe(expected?.ToJsonString() ?? "null", path);
                break;
        }
    }

    private static string Fill(Shop shop, string text) => text
        .Replace("{HOST}", shop.Server.Node.Client.BaseAddress!.Authority, StringComparison.Ordinal)
        .Replace("{K}", shop.ApiKey, StringComparison.Ordinal)
        .Replace("{S}", shop.Secret, StringComparison.Ordinal);

    private static string Read(string name, string part, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "Transcripts", $"{name}.{part}.txt"));
}

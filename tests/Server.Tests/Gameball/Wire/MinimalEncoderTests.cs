using System.Text;
using System.Text.Json;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Tests.Gameball.Wire;

public sealed class MinimalEncoderTests
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = MinimalEncoder.Instance };

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("<a href='x'>&+</a>", "\"<a href='x'>&+</a>\"")]
    [InlineData("مرحبا é 😀 \u2028\u2029\u007f\ufeff\u00a0", "\"مرحبا é 😀 \u2028\u2029\u007f\ufeff\u00a0\"")]
    [InlineData("\"\\/\b\f\n\r\t\u0001\u001f", "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\"")]
    [InlineData("😀\"😀", "\"😀\\\"😀\"")]
    public void Only_what_json_demands_is_escaped(string text, string json)
    {
        JsonSerializer.Serialize(text, Options).ShouldBe(json);
        Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(text, Options)).ShouldBe(json);
    }

    [Fact]
    public void Long_texts_are_escaped_throughout()
    {
        var text = string.Concat(Enumerable.Repeat("ab\"é😀\u0002", 5_000));
        JsonSerializer.Deserialize<string>(JsonSerializer.SerializeToUtf8Bytes(text, Options)).ShouldBe(text);
    }
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Server.Api.V1.ChainOrders;

/// <summary>A number or its text: read by its own digits, because no number type of JSON readers keeps them all.</summary>
[JsonConverter(typeof(ScalarConverter))]
internal sealed record Scalar(string Text);

internal sealed class ScalarConverter : JsonConverter<Scalar>
{
    public override Scalar Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new Scalar(reader.GetString()!),
        JsonTokenType.Number => new Scalar(Encoding.UTF8.GetString(reader.HasValueSequence ? BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan)),
        JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.EndObject or JsonTokenType.StartArray or JsonTokenType.EndArray
            or JsonTokenType.PropertyName or JsonTokenType.Comment or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null =>
            throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, Scalar value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}

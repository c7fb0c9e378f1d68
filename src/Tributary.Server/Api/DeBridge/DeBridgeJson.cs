using System.Buffers;
using System.Text.Json;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Answers are written by hand: their numbers have more digits than any number type of a serializer.</summary>
internal static class DeBridgeJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = MinimalEncoder.Instance, SkipValidation = true };

    /// <summary>One object.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> members) => WriteValue(json =>
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    });

    public static byte[] WriteValue(Action<Utf8JsonWriter> value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Options))
            value(json);
        return bytes.WrittenSpan.ToArray();
    }

    public static void WriteTextOrNull(this Utf8JsonWriter json, string name, string? text)
    {
        if (text is null)
            json.WriteNull(name);
        else
            json.WriteString(name, text);
    }

    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } given)
            json.WriteNumber(name, given);
        else
            json.WriteNull(name);
    }
}

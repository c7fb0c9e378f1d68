using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>What a call answers, ready to be sent.</summary>
/// <param name="ContentType">Exactly so, without a charset: one client decodes nothing else.</param>
internal sealed record PartneroAnswer(int Status, byte[] Body, string ContentType = PartneroAnswer.Json)
{
    public const string Json = "application/json";

    private static readonly JsonWriterOptions Writing = new() { Encoder = MinimalEncoder.Instance };

    /// <summary>Headers that only this answer has.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary><c>{"data":{…},"status":1}</c>, with further members after <c>data</c>.</summary>
    public static PartneroAnswer One<T>(T data, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK, params BesideData[] beside) =>
        new(status, Write(writer =>
        {
            writer.WritePropertyName("data");
            JsonSerializer.Serialize(writer, data, type);
            WriteBeside(writer, beside);
            writer.WriteNumber("status", 1);
        }));

    /// <summary>As <see cref="One"/>, for what was made.</summary>
    public static PartneroAnswer Created<T>(T data, JsonTypeInfo<T> type, params BesideData[] beside) =>
        One(data, type, StatusCodes.Status201Created, beside);

    /// <summary>A page of a list.</summary>
    public static PartneroAnswer List<T>(PartneroList list, IReadOnlyList<T> rows, JsonTypeInfo<T> type, params BesideData[] beside) =>
        new(StatusCodes.Status200OK, Write(writer =>
        {
            writer.WriteStartArray("data");
            foreach (var row in rows)
                JsonSerializer.Serialize(writer, row, type);
            writer.WriteEndArray();
            WriteBeside(writer, beside);
            list.WriteTo(writer, rows.Count);
            writer.WriteNumber("status", 1);
        }));

    /// <summary><c>{"status":1}</c> of actions and deletions.</summary>
    public static PartneroAnswer Done(string? message = null) => new(StatusCodes.Status200OK, Write(writer =>
    {
        writer.WriteNumber("status", 1);
        if (message is not null)
            writer.WriteString("message", message);
    }));

    public static PartneroAnswer Refuse(PartneroError error)
    {
        var body = Write(writer =>
        {
            writer.WriteNumber("status", 0);
            writer.WriteString("code", error.Code);
            writer.WriteString("message", error.Message);
            if (error.Errors is { } errors)
                WriteErrors(writer, errors);
        });
        return new PartneroAnswer(error.Status, body)
        {
            Headers = error.RetryAfterSeconds is { } seconds ? [("Retry-After", $"{seconds}")] : [],
        };
    }

    public static implicit operator PartneroAnswer(PartneroError error) => Refuse(error);

    private static void WriteBeside(Utf8JsonWriter writer, BesideData[] beside)
    {
        foreach (var member in beside)
        {
            writer.WritePropertyName(member.Name);
            if (member.Value is null)
                writer.WriteNullValue();
            else
                JsonSerializer.Serialize(writer, member.Value, member.Type);
        }
    }

    private static void WriteErrors(Utf8JsonWriter writer, IReadOnlyDictionary<string, IReadOnlyList<string>> errors)
    {
        writer.WriteStartObject("errors");
        foreach (var (field, messages) in errors)
        {
            writer.WriteStartArray(field);
            foreach (var message in messages)
                writer.WriteStringValue(message);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>A member that stands beside <c>data</c>.</summary>
internal sealed record BesideData(string Name, object? Value, JsonTypeInfo Type)
{
    public static BesideData Of<T>(string name, T value, JsonTypeInfo<T> type) => new(name, value, type);
}

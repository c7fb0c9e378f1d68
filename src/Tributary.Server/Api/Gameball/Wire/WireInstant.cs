using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball.Wire;

/// <summary>A time as this dialect writes it.</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct WireInstant(DateTimeOffset Time)
{
    public static WireInstant? Of(DateTimeOffset? time) => time is { } known ? new WireInstant(known) : null;

    internal sealed class Converter : JsonConverter<WireInstant>
    {
        public override WireInstant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Times are only written this way.");

        public override void Write(Utf8JsonWriter writer, WireInstant value, JsonSerializerOptions options) =>
            writer.WriteStringValue(WireTime.Format(value.Time));
    }
}

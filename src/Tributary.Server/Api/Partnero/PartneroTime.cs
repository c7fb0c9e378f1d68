using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>A time as this dialect writes it: UTC with microseconds, <c>2025-05-07T05:32:48.000000Z</c>.</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct PartneroTime(DateTimeOffset Time)
{
    /// <summary>Greater numbers are milliseconds: as seconds they would lie beyond the year 5000.</summary>
    private const long MostSeconds = 100_000_000_000;

    private static readonly long MostMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static PartneroTime Of(DateTimeOffset time) => new(time);

    public static PartneroTime? Of(DateTimeOffset? time) => time is { } known ? new PartneroTime(known) : null;

    /// <summary>Unix seconds or milliseconds, ISO 8601, <c>YYYY-MM-DD</c> or <c>YYYY-MM-DD HH:MM:SS</c>; UTC where no offset is.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return TryUnix(text, out time);
        return WireTime.TryParse(text, out time);
    }

    private static bool TryUnix(string digits, out DateTimeOffset time)
    {
        time = default;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MostMilliseconds)
            return false;
        time = DateTimeOffset.FromUnixTimeMilliseconds(number >= MostSeconds ? number : number * 1000);
        return true;
    }

    public override string ToString() => Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    internal sealed class Converter : JsonConverter<PartneroTime>
    {
        public override PartneroTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Times are only written this way.");

        public override void Write(Utf8JsonWriter writer, PartneroTime value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}

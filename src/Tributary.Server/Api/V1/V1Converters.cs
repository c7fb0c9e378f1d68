using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1;

/// <summary>An enum of the core by its members' names in camelCase, and by nothing else.</summary>
internal sealed class Words<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Instants in ISO 8601: written in UTC with a Z, read only with a Z or an offset, because a bare time means nothing.</summary>
internal sealed class Instants : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'";

    /// <summary>Characters of date and time without fraction and offset.</summary>
    private const int BareLength = 19;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String
            && reader.GetString() is { Length: > BareLength } text
            && text.AsSpan(BareLength).ContainsAny("Z+-")
            && reader.TryGetDateTimeOffset(out var instant))
            return instant.ToUniversalTime();
        throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}

/// <summary>A unit by its text: <c>USD</c>, <c>points:points</c>.</summary>
internal sealed class Units : JsonConverter<Unit>
{
    public override Unit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Units are only answered.");

    public override void Write(Utf8JsonWriter writer, Unit value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}

/// <summary>A currency by its code.</summary>
internal sealed class Currencies : JsonConverter<Currency>
{
    public override Currency Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Currencies are only answered.");

    public override void Write(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
}

/// <summary>Amounts of explanations: a number as far as one of money or points goes, beyond it digits in a string.</summary>
internal sealed class LongNumbers : JsonConverter<BigInteger>
{
    public override BigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Amounts of this form are only answered.");

    public override void Write(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options)
    {
        if (BigInteger.Abs(value) <= long.MaxValue)
            writer.WriteNumberValue((long)value);
        else
            writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }
}

/// <summary>See <see cref="WholeNumber"/>.</summary>
internal sealed class WholeNumbers : JsonConverter<WholeNumber>
{
    public override WholeNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Amounts of this form are only answered.");

    public override void Write(Utf8JsonWriter writer, WholeNumber value, JsonSerializerOptions options)
    {
        var digits = value.Value.ToString(CultureInfo.InvariantCulture);
        if (value.AsText)
            writer.WriteStringValue(digits);
        else
            writer.WriteRawValue(digits, skipInputValidation: true);
    }
}

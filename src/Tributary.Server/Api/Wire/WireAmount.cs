using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Server.Api.Wire;

/// <summary>
/// A number written by its own digits: money in major units without needless zeros, or points in whole ones. It never
/// passes through a binary number.
/// </summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct WireAmount(string Digits)
{
    public static readonly WireAmount Zero = new("0");

    public static WireAmount Money(long minor, Currency currency) =>
        new(MajorUnits.Shortest(minor, currency.Exponent));

    public static WireAmount Points(BigInteger points) => new(points.ToString(CultureInfo.InvariantCulture));

    internal sealed class Converter : JsonConverter<WireAmount>
    {
        public override WireAmount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Amounts are only written this way.");

        public override void Write(Utf8JsonWriter writer, WireAmount value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Digits, skipInputValidation: true);
    }
}

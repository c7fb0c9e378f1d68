using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.ChainOrders;

/// <summary>Reports as they are kept while they wait, or where they were refused.</summary>
internal static class ChainReportJson
{
    public static string Write(ChainOrderReport report) => JsonSerializer.Serialize(report, ChainReportContext.Default.ChainOrderReport);

    public static string Write(ChainEventReport report) => JsonSerializer.Serialize(report, ChainReportContext.Default.ChainEventReport);

    public static ChainOrderReport ReadOrder(string json) => JsonSerializer.Deserialize(json, ChainReportContext.Default.ChainOrderReport)!;

    public static ChainEventReport ReadEvent(string json) => JsonSerializer.Deserialize(json, ChainReportContext.Default.ChainEventReport)!;

    /// <summary>The same report has the same hash.</summary>
    public static byte[] Hash(string json) => SHA256.HashData(Encoding.UTF8.GetBytes(json));
}

/// <summary>Amounts as decimal strings: no reader of numbers keeps 78 digits.</summary>
internal sealed class AmountConverter : JsonConverter<BigInteger>
{
    public override BigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        BigInteger.Parse(reader.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);

    public override void Write(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(AmountConverter)])]
[JsonSerializable(typeof(ChainOrderReport))]
[JsonSerializable(typeof(ChainEventReport))]
internal sealed partial class ChainReportContext : JsonSerializerContext;

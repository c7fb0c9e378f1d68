using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Campaigns;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CampaignDocument))]
[JsonSerializable(typeof(CouponDocument))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class CampaignJsonContext : JsonSerializerContext;

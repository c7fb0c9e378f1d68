using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>How this dialect writes JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(CustomerAnswer))]
[JsonSerializable(typeof(DeletedAnswer))]
[JsonSerializable(typeof(HashAnswer))]
[JsonSerializable(typeof(CustomerView))]
[JsonSerializable(typeof(CustomerDetailsView))]
[JsonSerializable(typeof(ValidityAnswer))]
[JsonSerializable(typeof(FriendsAnswer))]
[JsonSerializable(typeof(FriendCountAnswer))]
[JsonSerializable(typeof(BalanceView))]
[JsonSerializable(typeof(CouponsAnswer))]
[JsonSerializable(typeof(EventsAnswer))]
[JsonSerializable(typeof(OrderAnswer))]
[JsonSerializable(typeof(TransactionsAnswer))]
[JsonSerializable(typeof(RefundAnswer))]
[JsonSerializable(typeof(ActivitiesAnswer))]
[JsonSerializable(typeof(ActivityCountAnswer))]
[JsonSerializable(typeof(ConfigurationView))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(BatchStatusAnswer))]
[JsonSerializable(typeof(OldBatchStatusAnswer))]
[JsonSerializable(typeof(BatchStoppedAnswer))]
internal sealed partial class GameballJson : JsonSerializerContext
{
    /// <summary>Escapes only what JSON demands; the generated default would escape more.</summary>
    public static GameballJson Answers { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = MinimalEncoder.Instance,
    });
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tributary.Server.Api.Partnero;

/// <summary>How this dialect writes JSON: members in snake case. What is escaped is decided by the writer, see <see cref="PartneroAnswer"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(TestView))]
[JsonSerializable(typeof(PartnerView))]
[JsonSerializable(typeof(SeedPartner))]
[JsonSerializable(typeof(SignInUrlView))]
[JsonSerializable(typeof(RewardView))]
[JsonSerializable(typeof(AffiliateCustomerView))]
[JsonSerializable(typeof(FriendCustomerView))]
[JsonSerializable(typeof(CouponView))]
[JsonSerializable(typeof(PromotionCodeView))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(LeadView))]
[JsonSerializable(typeof(LeadDetailsView))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(FriendStatsView))]
[JsonSerializable(typeof(FriendBalanceView))]
[JsonSerializable(typeof(TransactionView))]
[JsonSerializable(typeof(IReadOnlyList<TransactionView>))]
[JsonSerializable(typeof(LinkView))]
[JsonSerializable(typeof(DomainView))]
[JsonSerializable(typeof(IReadOnlyList<SeedDomain>))]
internal sealed partial class PartneroJson : JsonSerializerContext;

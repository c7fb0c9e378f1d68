using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Tributary.Campaigns;
using Tributary.Orders;
using Tributary.Programs;
using Tributary.Reporting;
using Tributary.Referrers;
using Tributary.Server.Api.V1.ChainOrders;

namespace Tributary.Server.Api.V1;

/// <summary>How the native API reads and writes JSON: camelCase, every member always there, amounts as whole numbers.</summary>
internal static class V1Json
{
    /// <summary>For answers. Letters of all scripts are written as they are; what HTML would read is escaped.</summary>
    public static V1AnswerJson Answers { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new Instants(), new WholeNumbers(), new Words<ProgramMode>(), new Words<ProgramState>(), new Words<ReferrerKind>(), new Words<CampaignState>(), new Units(), new Currencies(), new LongNumbers() },
    });

    /// <summary>For bodies: nothing unknown, nothing twice, no number in a string.</summary>
    public static V1BodyJson Strict { get; } = new(new JsonSerializerOptions(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new Instants(), new Words<ProgramMode>(), new Words<ProgramState>(), new Words<ReferrerKind>(), new Words<RefundKind>() },
    });

    public static byte[] Bytes<T>(T value) =>
        JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)Answers.GetTypeInfo(typeof(T))!);
}

/// <summary>What calls answer. A page of a list is named after what it lists.</summary>
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(SupportAnswer))]
[JsonSerializable(typeof(ListAnswer<FindingAnswer>), TypeInfoPropertyName = "FindingList")]
[JsonSerializable(typeof(ProgramAnswer))]
[JsonSerializable(typeof(ProgramMadeAnswer))]
[JsonSerializable(typeof(ListAnswer<ProgramAnswer>), TypeInfoPropertyName = "ProgramList")]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(MintedKeyAnswer))]
[JsonSerializable(typeof(ListAnswer<KeyAnswer>), TypeInfoPropertyName = "KeyList")]
[JsonSerializable(typeof(ReferrerAnswer))]
[JsonSerializable(typeof(ListAnswer<ReferrerAnswer>), TypeInfoPropertyName = "ReferrerList")]
[JsonSerializable(typeof(CodeAnswer))]
[JsonSerializable(typeof(ListAnswer<CodeAnswer>), TypeInfoPropertyName = "CodeList")]
[JsonSerializable(typeof(CouponAnswer))]
[JsonSerializable(typeof(ListAnswer<CouponAnswer>), TypeInfoPropertyName = "CouponList")]
[JsonSerializable(typeof(DomainAnswer))]
[JsonSerializable(typeof(ListAnswer<DomainAnswer>), TypeInfoPropertyName = "DomainList")]
[JsonSerializable(typeof(LinkAnswer))]
[JsonSerializable(typeof(ListAnswer<LinkAnswer>), TypeInfoPropertyName = "LinkList")]
[JsonSerializable(typeof(CustomerAnswer))]
[JsonSerializable(typeof(CustomerRecordedAnswer))]
[JsonSerializable(typeof(CustomerDeletedAnswer))]
[JsonSerializable(typeof(ListAnswer<CustomerAnswer>), TypeInfoPropertyName = "CustomerList")]
[JsonSerializable(typeof(EventsRecordedAnswer))]
[JsonSerializable(typeof(OrderRecordedAnswer))]
[JsonSerializable(typeof(TouchAnswer))]
[JsonSerializable(typeof(OrderAnswer))]
[JsonSerializable(typeof(ListAnswer<OrderAnswer>), TypeInfoPropertyName = "OrderList")]
[JsonSerializable(typeof(RefundRecordedAnswer))]
[JsonSerializable(typeof(RefundAnswer))]
[JsonSerializable(typeof(ListAnswer<RefundAnswer>), TypeInfoPropertyName = "RefundList")]
[JsonSerializable(typeof(OrderAmendedAnswer))]
[JsonSerializable(typeof(CustomerClaimedAnswer))]
[JsonSerializable(typeof(OrderExplanation))]
[JsonSerializable(typeof(CustomerExplanation))]
[JsonSerializable(typeof(CampaignAnswer))]
[JsonSerializable(typeof(ListAnswer<CampaignAnswer>), TypeInfoPropertyName = "CampaignList")]
[JsonSerializable(typeof(ListAnswer<CampaignVersionAnswer>), TypeInfoPropertyName = "CampaignVersionList")]
[JsonSerializable(typeof(AnalyticsAnswered))]
[JsonSerializable(typeof(RewardAnswer))]
[JsonSerializable(typeof(ListAnswer<RewardAnswer>), TypeInfoPropertyName = "RewardList")]
[JsonSerializable(typeof(ListAnswer<BalanceAnswer>), TypeInfoPropertyName = "BalanceList")]
[JsonSerializable(typeof(ListAnswer<EntryAnswer>), TypeInfoPropertyName = "EntryList")]
[JsonSerializable(typeof(RedemptionAnswer))]
[JsonSerializable(typeof(EventAnswer))]
[JsonSerializable(typeof(ListAnswer<EventAnswer>), TypeInfoPropertyName = "EventList")]
[JsonSerializable(typeof(WebhookAnswer))]
[JsonSerializable(typeof(WebhookMadeAnswer))]
[JsonSerializable(typeof(ListAnswer<WebhookAnswer>), TypeInfoPropertyName = "WebhookList")]
[JsonSerializable(typeof(DeliveryAnswer))]
[JsonSerializable(typeof(ListAnswer<DeliveryAnswer>), TypeInfoPropertyName = "DeliveryList")]
[JsonSerializable(typeof(RedeliveredAnswer))]
[JsonSerializable(typeof(AuditAnswer))]
[JsonSerializable(typeof(ListAnswer<AuditAnswer>), TypeInfoPropertyName = "AuditList")]
[JsonSerializable(typeof(ExchangeRateAnswer))]
[JsonSerializable(typeof(ListAnswer<ExchangeRateAnswer>), TypeInfoPropertyName = "ExchangeRateList")]
[JsonSerializable(typeof(FeatureAnswer))]
[JsonSerializable(typeof(FeaturesAnswer))]
[JsonSerializable(typeof(IntegratorAnswer))]
[JsonSerializable(typeof(ListAnswer<IntegratorAnswer>), TypeInfoPropertyName = "IntegratorList")]
[JsonSerializable(typeof(WithdrawalAnswer))]
[JsonSerializable(typeof(ChainOutcomeAnswer))]
[JsonSerializable(typeof(ChainBatchAnswer))]
[JsonSerializable(typeof(ChainOrderStoryAnswer))]
[JsonSerializable(typeof(ListAnswer<ChainListItemAnswer>), TypeInfoPropertyName = "ChainOrderList")]
internal sealed partial class V1AnswerJson : JsonSerializerContext;

/// <summary>What calls take.</summary>
[JsonSerializable(typeof(ProgramBody))]
[JsonSerializable(typeof(ProgramChangeBody))]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(RotationBody))]
[JsonSerializable(typeof(ReferrerBody))]
[JsonSerializable(typeof(ReferrerChangeBody))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(CodeBody))]
[JsonSerializable(typeof(CodeExpiryBody))]
[JsonSerializable(typeof(CouponBody))]
[JsonSerializable(typeof(DomainBody))]
[JsonSerializable(typeof(DomainChangeBody))]
[JsonSerializable(typeof(LinkBody))]
[JsonSerializable(typeof(LinkChangeBody))]
[JsonSerializable(typeof(CustomerBody))]
[JsonSerializable(typeof(EventsBody))]
[JsonSerializable(typeof(OrderBody))]
[JsonSerializable(typeof(TouchBody))]
[JsonSerializable(typeof(RefundBody))]
[JsonSerializable(typeof(ExchangeRateBody))]
[JsonSerializable(typeof(AmendmentBody))]
[JsonSerializable(typeof(ClaimBody))]
[JsonSerializable(typeof(CampaignBody))]
[JsonSerializable(typeof(CampaignChangeBody))]
[JsonSerializable(typeof(ScheduleBody))]
[JsonSerializable(typeof(ApprovalBody))]
[JsonSerializable(typeof(DecisionBody))]
[JsonSerializable(typeof(RedemptionBody))]
[JsonSerializable(typeof(FeatureBody))]
[JsonSerializable(typeof(IntegratorBody))]
[JsonSerializable(typeof(IntegratorChangeBody))]
[JsonSerializable(typeof(IntegratorKeyBody))]
[JsonSerializable(typeof(CodeClaimBody))]
[JsonSerializable(typeof(WithdrawalBody))]
[JsonSerializable(typeof(ChainOrderBody))]
[JsonSerializable(typeof(ChainOrdersBody))]
[JsonSerializable(typeof(ChainEventBody))]
[JsonSerializable(typeof(ChainEventsBody))]
[JsonSerializable(typeof(HoldBody))]
[JsonSerializable(typeof(ResolveBody))]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(WebhookChangeBody))]
[JsonSerializable(typeof(RedeliveryBody))]
internal sealed partial class V1BodyJson : JsonSerializerContext;

/// <summary>A page of a list.</summary>
/// <param name="Items">At most as many as were asked for.</param>
/// <param name="Next">Ask for <c>?after=</c> this to go on; null on the last page.</param>
internal sealed record ListAnswer<T>(IReadOnlyList<T> Items, string? Next)
{
    public static ListAnswer<T> Of<TRow>(Primitives.Page<TRow> page, Func<TRow, T> wire) =>
        new([.. page.Items.Select(wire)], page.Next?.ToString());
}

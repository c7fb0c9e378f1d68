using System.Reflection;

namespace Tributary.Storage;

/// <summary>The closed list of what can happen (promises.md W13): the same words in outbox, stream and webhooks.</summary>
public static class EventType
{
    private static readonly Lazy<IReadOnlySet<string>> Words = new(() => typeof(EventType)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral)
        .Select(field => (string)field.GetRawConstantValue()!)
        .ToHashSet(StringComparer.Ordinal));

    /// <summary>All of them.</summary>
    public static IReadOnlySet<string> All => Words.Value;

    public const string ReferrerCreated = "referrer.created";
    public const string ReferrerUpdated = "referrer.updated";
    public const string ReferrerApproved = "referrer.approved";
    public const string ReferrerRejected = "referrer.rejected";
    public const string ReferrerArchived = "referrer.archived";
    public const string ReferrerDeleted = "referrer.deleted";
    public const string CustomerCreated = "customer.created";
    public const string CustomerUpdated = "customer.updated";
    public const string CustomerDeleted = "customer.deleted";
    public const string CustomerMerged = "customer.merged";
    public const string LinkCreated = "link.created";
    public const string LinkUpdated = "link.updated";
    public const string LinkDeleted = "link.deleted";
    public const string CouponCreated = "coupon.created";
    public const string CouponUpdated = "coupon.updated";
    public const string ProspectSubmitted = "prospect.submitted";
    public const string ProspectConverted = "prospect.converted";
    public const string ProspectRejected = "prospect.rejected";
    public const string CampaignCreated = "campaign.created";
    public const string CampaignUpdated = "campaign.updated";
    public const string OrderCreated = "order.created";
    public const string OrderUpdated = "order.updated";
    public const string OrderRefunded = "order.refunded";
    public const string OrderReinstated = "order.reinstated";
    /// <summary>A refund waited 30 days for an order that never came.</summary>
    public const string RefundLapsed = "refund.lapsed";
    public const string OrderCancelled = "order.cancelled";
    public const string OrderFulfilled = "order.fulfilled";
    public const string OrderUnlockSent = "order.unlock_sent";
    public const string OrderCompleted = "order.completed";
    public const string OrderCancelSent = "order.cancel_sent";
    public const string OrderCancelClaimed = "order.cancel_claimed";

    /// <summary>More became known of a stage that an order on chains had reached or passed.</summary>
    public const string OrderDetailsAdded = "order.details_added";

    /// <summary>A report about an order on chains contradicted what is known, and changed nothing.</summary>
    public const string OrderEventRefused = "order.event_refused";
    public const string CodeCreated = "code.created";
    public const string CodeClaimed = "code.claimed";
    public const string FeatureChanged = "feature.changed";
    public const string AffiliateFeeEarned = "affiliate_fee.earned";
    public const string AffiliateFeePaid = "affiliate_fee.paid";
    public const string AttributionDecided = "attribution.decided";
    public const string AttributionChanged = "attribution.changed";
    public const string RewardEarned = "reward.earned";
    public const string RewardApproved = "reward.approved";
    public const string RewardHeld = "reward.held";
    public const string RewardReleased = "reward.released";
    public const string RewardRejected = "reward.rejected";
    public const string RewardReversed = "reward.reversed";
    public const string RewardPaid = "reward.paid";

    /// <summary>Nothing arrived at an endpoint for a day.</summary>
    public const string WebhookFailing = "webhook.failing";

    /// <summary>Nothing is sent to an endpoint any more.</summary>
    public const string WebhookDisabled = "webhook.disabled";
}

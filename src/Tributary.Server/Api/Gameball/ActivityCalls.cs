using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Reporting;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>What happened to a customer's rewards: gameball.md 3.11.</summary>
internal sealed class ActivityCalls(CustomerQueries customers, CustomerActivities activities, TimeProvider clock)
{
    private const int UsualPage = 50;
    private const int LongestPage = 200;

    /// <summary>All words that may be asked for; those without a kind never happen here.</summary>
    private static readonly FrozenDictionary<string, ActivityKind?> Kinds = new Dictionary<string, ActivityKind?>
    {
        ["TierUpgraded"] = null,
        ["TierDowngraded"] = null,
        ["TierMigration"] = null,
        ["CampaignRewarded"] = ActivityKind.CampaignReward,
        ["SuccessfulAction"] = null,
        ["Referral"] = ActivityKind.Referral,
        ["Referred"] = ActivityKind.Referred,
        ["ReferralBonusReward"] = ActivityKind.ReferralBonus,
        ["PaymentReward"] = ActivityKind.OrderReward,
        ["Refund"] = null,
        ["Redemption"] = null,
        ["Cancel"] = ActivityKind.TakenBack,
        ["Expiry"] = null,
        ["Migration"] = null,
        ["Lifetime"] = null,
        ["Automation"] = null,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly WireMember OfType = new("activityType", WireType.Text, "Only activities of this type");

    private static readonly WireMember[] OfPage =
    [
        new("startAfter", WireType.Integer, "The activityId of the last activity seen"),
        new("limit", WireType.Integer, "Activities on a page, 1 to 200; 50 unless said"),
        OfType,
    ];

    public IReadOnlyList<GameballRoute> Routes =>
    [
        new("GET", "customers/{customerId}/activities", KeyDemand.Secret, ListAsync)
        {
            Summary = "What the customer was rewarded for, and what was taken back",
            Rate = RateGroup.CustomersAndEvents,
            Query = OfPage,
            Answer = GameballJson.Answers.ActivitiesAnswer,
        },
        new("GET", "customers/{customerId}/activities/count", KeyDemand.Secret, CountAsync)
        {
            Summary = "How many activities the customer has",
            Rate = RateGroup.CustomersAndEvents,
            Query = [OfType],
            Answer = GameballJson.Answers.ActivityCountAnswer,
        },
    ];

    public static string WordOf(ActivityKind kind) => Kinds.Single(word => word.Value == kind).Key;

    private async Task<GameballAnswer> ListAsync(GameballCall call, CancellationToken ct)
    {
        if (!call.Number("startAfter").TryGet(out var after, out _) || after < 0)
            return GameballErrors.Invalid("startAfter");
        if (!call.Number("limit").TryGet(out var limit, out _))
            return GameballErrors.Invalid("limit");
        if (!TryReadType(call, out var kind, out var never))
            return GameballErrors.Invalid(OfType.Name);
        if (await customers.FindAsync(call.Program.Id, call.Id, clock.GetUtcNow(), ct) is not { } profile)
            return GameballErrors.CustomerUnknown;
        if (never)
            return Answer([], hasMore: false);
        var size = (int)Math.Clamp(limit ?? UsualPage, 1, LongestPage);
        var page = await activities.ListAsync(call.Program.Id, profile.Number, kind, after ?? 0, size, ct);
        return Answer([.. page.Items.Select(activity => ActivityView.Of(activity, profile, call))], page.HasMore);
    }

    private static GameballAnswer Answer(IReadOnlyList<ActivityView> views, bool hasMore) =>
        GameballAnswer.Of(new ActivitiesAnswer(views, views.Count, hasMore), GameballJson.Answers.ActivitiesAnswer);

    private async Task<GameballAnswer> CountAsync(GameballCall call, CancellationToken ct)
    {
        if (!TryReadType(call, out var kind, out var never))
            return GameballErrors.Invalid(OfType.Name);
        if (await customers.FindNumberAsync(call.Program.Id, call.Id, ct) is not { } number)
            return GameballErrors.CustomerUnknown;
        var count = never ? 0 : await activities.CountAsync(call.Program.Id, number, kind, ct);
        return GameballAnswer.Of(new ActivityCountAnswer(count), GameballJson.Answers.ActivityCountAnswer);
    }

    /// <param name="never">Whether it is a type of which nobody here has any.</param>
    private static bool TryReadType(GameballCall call, out ActivityKind? kind, out bool never)
    {
        (kind, never) = (null, false);
        if (call.Parameter(OfType.Name) is not { } word)
            return true;
        if (!Kinds.TryGetValue(word.Trim(), out kind))
            return false;
        never = kind is null;
        return true;
    }
}

internal sealed record ActivitiesAnswer(IReadOnlyList<ActivityView> Activities, int Count, bool HasMore);

internal sealed record ActivityCountAnswer(long Count);

/// <summary>One activity. Members from <c>Reason</c> on are of things that are not done here.</summary>
internal sealed record ActivityView(
    long ActivityId,
    string ActivityType,
    string ActivityDay,
    string ActivityDate,
    string ActivityTime,
    string CustomerId,
    string? Email,
    string? PhoneNumber,
    string? DisplayName,
    string? TransactionId,
    WireAmount Points,
    WireAmount RewardPoints,
    WireAmount Score,
    string? CampaignName,
    WireInstant? CampaignStartDate,
    WireInstant? CampaignEndDate,
    bool? CampaignEnabled,
    string Currency,
    bool IsGuest,
    bool IsManualActivity,
    string? CouponCode,
    string? CouponType,
    bool? CouponUsed)
{
    public string? Reason { get; }
    public WireAmount? CalculatedRedemption { get; }
    public WireAmount? ActualRedemption { get; }
    public WireAmount? FamilyRedemptionAmount { get; }
    public WireAmount? FamilyRedemptionPoints { get; }
    public WireAmount? PaymentRewardAmount { get; }
    public WireAmount? OutstandingPoints { get; }
    public WireAmount? RewardThreshold { get; }
    public WireAmount? RedemptionRewardFactor { get; }
    public string? TierName { get; }
    public WireAmount? RewardFactor { get; }
    public string? CouponGroup { get; }
    public string? CouponProduct { get; }
    public string? CouponProductId { get; }
    public string? ProductVariantName { get; }

    public static ActivityView Of(CustomerActivity activity, CustomerProfile profile, GameballCall call)
    {
        var points = PointsOf(activity, BalanceCalls.PointsUnit);
        return new ActivityView(
            activity.Number,
            ActivityCalls.WordOf(activity.Kind),
            Written(activity.At, "dddd"),
            Written(activity.At, "MMMM d, yyyy"),
            Written(activity.At, "HH:mm:ss"),
            call.Id,
            profile.Email,
            profile.Mobile,
            profile.DisplayName,
            activity.OrderId,
            points,
            points,
            activity.Unit is { } unit && unit.Text.StartsWith("score:", StringComparison.Ordinal) ? WireAmount.Points(activity.Amount) : WireAmount.Zero,
            activity.Campaign?.Name,
            WireInstant.Of(activity.Campaign?.StartsAt),
            WireInstant.Of(activity.Campaign?.EndsAt),
            activity.Campaign?.IsActive,
            activity.OrderCurrency ?? call.Program.Currency.Code,
            profile.Guest,
            activity.IsManual,
            activity.Coupon?.Code,
            activity.Coupon is { } coupon ? CouponWords.TypeOf(coupon.Kind) : null,
            activity.Coupon?.IsUsed);
    }

    private static WireAmount PointsOf(CustomerActivity activity, Unit unit) =>
        activity.Unit == unit ? WireAmount.Points(activity.Amount) : WireAmount.Zero;

    private static string Written(DateTimeOffset at, string format) => at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}

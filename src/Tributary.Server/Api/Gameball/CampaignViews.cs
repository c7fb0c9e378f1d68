using System.Text.Json.Serialization;
using Tributary.Campaigns;
using Tributary.Programs;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>A referral campaign: what the last step asks and gives, and all steps where there are several.</summary>
internal sealed record ConfigurationView(
    bool IsActive,
    string? ReferralMethod,
    string? EventName,
    EventConditionView? EventMetaData,
    RewardView? FriendReward,
    ReferrerRewardView? CustomerReward,
    string? Description,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<StepView>? Steps)
{
    public static ConfigurationView None { get; } = new(false, null, null, null, null, null, null, null);

    public static ConfigurationView Of(CampaignDefinition definition, GameballCall call)
    {
        var last = definition.Steps[^1];
        var forFriends = definition.AllLines.Any(line => line.Recipient == RewardRole.Customer);
        return new ConfigurationView(
            true,
            forFriends ? "CustomerAndFriend" : "CustomerOnly",
            CampaignTexts.EventOf(last),
            EventConditionView.Of(last),
            RewardView.Of(last, RewardRole.Customer, call.Program),
            ReferrerRewardView.Of(last, definition.Bonus, call.Program),
            CampaignTexts.Description(definition, call.Language),
            definition.Steps.Count > 1 ? [.. definition.Steps.Select(step => StepView.Of(step, call.Program))] : null);
    }
}

internal sealed record StepView(
    string StepName,
    string EventName,
    EventConditionView? EventMetaData,
    bool IsOneTime,
    StepRewardView? CustomerReward,
    StepRewardView? FriendReward)
{
    public static StepView Of(CampaignStep step, ReferralProgram program) => new(
        step.Name,
        CampaignTexts.EventOf(step),
        EventConditionView.Of(step),
        step.Once,
        StepRewardView.Of(step, RewardRole.Referrer, program),
        StepRewardView.Of(step, RewardRole.Customer, program));
}

/// <summary>The first condition of a step.</summary>
internal sealed record EventConditionView(string Name, string Operator, string Value)
{
    public static EventConditionView? Of(CampaignStep step) =>
        step.Conditions?.Flat.FirstOrDefault() is { } condition
            ? new EventConditionView(
                CampaignTexts.FieldOf(condition.Field), CampaignTexts.WordOf(condition.Operator), string.Join(',', condition.Values))
            : null;
}

internal record RewardView(WireAmount? Score, WireAmount? Point, CouponConfigurationView? Coupon)
{
    /// <summary>Null when that side gets nothing.</summary>
    public static RewardView? Of(CampaignStep step, RewardRole side, ReferralProgram program)
    {
        var parts = RewardParts.Of(step.Lines, side, program);
        return parts is null ? null : new RewardView(parts.Score, parts.Points, parts.Coupon);
    }
}

internal sealed record ReferrerRewardView(
    WireAmount? Score, WireAmount? Point, CouponConfigurationView? Coupon, ExtraRewardView? ExtraReward)
{
    public static ReferrerRewardView? Of(CampaignStep step, MilestoneBonus? bonus, ReferralProgram program)
    {
        var parts = RewardParts.Of(step.Lines, RewardRole.Referrer, program);
        return parts is null && bonus is null
            ? null
            : new ReferrerRewardView(parts?.Score, parts?.Points, parts?.Coupon, ExtraRewardView.Of(bonus, program));
    }
}

/// <summary>What the referrer gets for every so many friends.</summary>
internal sealed record ExtraRewardView(int ForEvery, WireAmount? Score, WireAmount? Point, CouponConfigurationView? Coupon)
{
    public static ExtraRewardView? Of(MilestoneBonus? bonus, ReferralProgram program)
    {
        if (bonus is null)
            return null;
        var parts = RewardParts.Of(bonus.Lines, RewardRole.Referrer, program);
        return new ExtraRewardView(bonus.Every, parts?.Score, parts?.Points, parts?.Coupon);
    }
}

/// <summary>Inside a list of steps a reward names its points and its coupon's worth twice, as clients read either.</summary>
internal sealed record StepRewardView(WireAmount? Score, WireAmount? Point, WireAmount? Points, StepCouponView? Coupon)
{
    public static StepRewardView? Of(CampaignStep step, RewardRole side, ReferralProgram program)
    {
        var parts = RewardParts.Of(step.Lines, side, program);
        return parts is null
            ? null
            : new StepRewardView(parts.Score, parts.Points, parts.Points, parts.Coupon is { } coupon ? new StepCouponView(coupon) : null);
    }
}

/// <summary>What the lines of one side give together.</summary>
internal sealed record RewardParts(WireAmount? Score, WireAmount? Points, CouponConfigurationView? Coupon)
{
    public static RewardParts? Of(IReadOnlyList<CampaignLine> lines, RewardRole side, ReferralProgram program)
    {
        var amounts = lines.Where(line => line.Recipient == side).Select(line => line.Amount).ToList();
        if (amounts.Count == 0)
            return null;
        var coupon = amounts.Select(amount => CouponConfigurationView.Of(amount, program)).FirstOrDefault(view => view is not null);
        return new RewardParts(
            Sum([.. amounts.OfType<ScoreAmount>().Select(score => score.Value)]),
            Sum([.. amounts.OfType<PointsAmount>().Select(points => points.Value)]),
            coupon);
    }

    private static WireAmount? Sum(IReadOnlyList<long> values) =>
        values.Count == 0 ? null : WireAmount.Points(values.Aggregate(System.Numerics.BigInteger.Zero, (sum, value) => sum + value));
}

/// <summary>Names, operators and texts of campaigns in Gameball's words.</summary>
internal static class CampaignTexts
{
    private const string DefaultLanguage = "en";

    public static string EventOf(CampaignStep step) => step.Trigger switch
    {
        StepTrigger.Lead => "create_account",
        StepTrigger.FirstOrder or StepTrigger.Order => "place_order",
        StepTrigger.Event => step.EventName ?? "event",
        StepTrigger.Manual => "manual",
    };

    public static string WordOf(ConditionOperator @operator) => @operator switch
    {
        ConditionOperator.Eq or ConditionOperator.In => "equals",
        ConditionOperator.Gt => "greater_than",
        ConditionOperator.Gte => "greater_than_or_equal",
        ConditionOperator.Between => "between",
        ConditionOperator.Contains => "contains",
        ConditionOperator.Ne or ConditionOperator.Nin or ConditionOperator.Lt or ConditionOperator.Lte
            or ConditionOperator.Starts or ConditionOperator.Exists => CampaignWords.Text(@operator),
    };

    /// <summary>A field of ours under the name that orders have in this dialect; the rest are names of metadata already.</summary>
    public static string FieldOf(string field) => field switch
    {
        "order.total" => "total_paid",
        "order.price" => "total_price",
        "order.discount" => "total_discount",
        "order.shipping" => "total_shipping",
        "order.tax" => "total_tax",
        _ => field,
    };

    /// <summary>The text in the asked language, in its base language, or in the default one.</summary>
    public static string? Description(CampaignDefinition definition, string? language)
    {
        var texts = definition.Descriptions;
        if (language is not null && Find(texts, language) is { } asked)
            return asked;
        if (language is not null && Find(texts, language.Split('-', '_')[0]) is { } related)
            return related;
        return Find(texts, DefaultLanguage) ?? texts.OrderBy(text => text.Key, StringComparer.Ordinal).Select(text => text.Value).FirstOrDefault();
    }

    private static string? Find(IReadOnlyDictionary<string, string> texts, string language) =>
        texts.FirstOrDefault(text => text.Key.Equals(language, StringComparison.OrdinalIgnoreCase)).Value;
}

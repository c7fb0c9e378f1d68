using System.Collections.Frozen;

namespace Tributary.Campaigns;

/// <summary>The stable texts of the enumerations: in JSON, in the database, in explanations.</summary>
public static class CampaignWords
{
    public static string Text(StepTrigger trigger) => trigger switch
    {
        StepTrigger.Lead => "lead",
        StepTrigger.FirstOrder => "first_order",
        StepTrigger.Order => "order",
        StepTrigger.Event => "event",
        StepTrigger.Manual => "manual",
    };

    public static string Text(RewardRole role) => role switch
    {
        RewardRole.Referrer => "referrer",
        RewardRole.Customer => "customer",
    };

    public static string Text(RewardKind kind) => kind switch
    {
        RewardKind.Money => "money",
        RewardKind.Points => "points",
        RewardKind.Score => "score",
        RewardKind.Coupon => "coupon",
        RewardKind.Custom => "custom",
    };

    public static string Text(CampaignAudience audience) => audience switch
    {
        CampaignAudience.Referred => "referred",
        CampaignAudience.Everyone => "everyone",
    };

    public static string Text(DurationKind kind) => kind switch
    {
        DurationKind.Once => "once",
        DurationKind.FirstOrders => "first_n_orders",
        DurationKind.Months => "months",
        DurationKind.Lifetime => "lifetime",
    };

    public static string Text(CapSubject subject) => subject switch
    {
        CapSubject.Recipient => "recipient",
        CapSubject.Customer => "customer",
    };

    public static string Text(CapPeriod period) => period switch
    {
        CapPeriod.Day => "day",
        CapPeriod.Week => "week",
        CapPeriod.Month => "month",
        CapPeriod.Year => "year",
        CapPeriod.Ever => "ever",
    };

    public static string Text(CouponKind kind) => kind switch
    {
        CouponKind.FreeShipping => "free_shipping",
        CouponKind.PercentageDiscount => "percentage_discount",
        CouponKind.FixedDiscount => "fixed_discount",
        CouponKind.FixedRateDiscount => "fixed_rate_discount",
        CouponKind.FreeProduct => "free_product",
        CouponKind.Custom => "custom",
    };

    public static string Text(ConditionOperator @operator) => @operator switch
    {
        ConditionOperator.Eq => "eq",
        ConditionOperator.Ne => "ne",
        ConditionOperator.In => "in",
        ConditionOperator.Nin => "nin",
        ConditionOperator.Gt => "gt",
        ConditionOperator.Gte => "gte",
        ConditionOperator.Lt => "lt",
        ConditionOperator.Lte => "lte",
        ConditionOperator.Between => "between",
        ConditionOperator.Contains => "contains",
        ConditionOperator.Starts => "starts",
        ConditionOperator.Exists => "exists",
    };

    public static string Text(CampaignState state) => state switch
    {
        CampaignState.Draft => "draft",
        CampaignState.Scheduled => "scheduled",
        CampaignState.Active => "active",
        CampaignState.Paused => "paused",
        CampaignState.Ended => "ended",
    };

    internal static readonly FrozenDictionary<string, StepTrigger> Triggers = Reverse<StepTrigger>(Text);
    internal static readonly FrozenDictionary<string, RewardRole> Roles = Reverse<RewardRole>(Text);
    internal static readonly FrozenDictionary<string, CampaignAudience> Audiences = Reverse<CampaignAudience>(Text);
    internal static readonly FrozenDictionary<string, DurationKind> Durations = Reverse<DurationKind>(Text);
    internal static readonly FrozenDictionary<string, CapSubject> CapSubjects = Reverse<CapSubject>(Text);
    internal static readonly FrozenDictionary<string, CapPeriod> CapPeriods = Reverse<CapPeriod>(Text);
    internal static readonly FrozenDictionary<string, CouponKind> CouponKinds = Reverse<CouponKind>(Text);
    internal static readonly FrozenDictionary<string, ConditionOperator> Operators = Reverse<ConditionOperator>(Text);
    internal static readonly FrozenDictionary<string, CampaignState> States = Reverse<CampaignState>(Text);

    private static FrozenDictionary<string, T> Reverse<T>(Func<T, string> text)
        where T : struct, Enum => Enum.GetValues<T>().ToFrozenDictionary(text, StringComparer.Ordinal);
}

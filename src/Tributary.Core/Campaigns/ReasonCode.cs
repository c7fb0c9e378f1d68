using System.Text.Json.Nodes;

namespace Tributary.Campaigns;

/// <summary>Why a campaign, a step or a line pays nothing.</summary>
public enum ReasonCode
{
    // The campaign.
    CampaignDraft,
    CampaignNotStarted,
    CampaignPaused,
    CampaignEnded,
    NotTrusted,
    LostToCampaign,

    // The order.
    NotRewardable,
    RewardStated,
    CustomerArchived,

    // The customer.
    NotReferred,
    GuestNotRewarded,
    DurationOver,

    // The step.
    OtherTrigger,
    NotFirstOrder,
    EarlierStepOpen,
    AlreadyReached,
    ConditionFailed,
    OrderUndone,
    NoBase,
    BelowMinimum,
    NoMinimumForCurrency,

    // The line.
    NoReferrer,
    ReferrerInactive,

    /// <summary>The same reward was rejected or paid before: that is final, whatever is fulfilled once more.</summary>
    SettledBefore,
    NoCapForCurrency,
    AmountZero,

    /// <summary>More than can be kept: the whole operation is to be refused (MO-4).</summary>
    AmountOutOfRange,
    CapReached,
    CapUnit,
    BudgetExhausted,
    BudgetUnit,
}

/// <summary>A reason with what it was about: amounts in smallest parts, and names.</summary>
public sealed record Reason(ReasonCode Code, IReadOnlyDictionary<string, string> Facts)
{
    private static readonly Dictionary<string, string> None = [];

    public string Text => Word(Code);

    public static Reason Of(ReasonCode code, params (string Name, string Value)[] facts) =>
        new(code, facts.Length == 0 ? None : facts.ToDictionary(fact => fact.Name, fact => fact.Value));

    /// <summary>As explanations keep it: <c>{"code": …, …facts}</c>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["code"] = Text };
        foreach (var (name, value) in Facts)
            json[name] = value;
        return json;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; null where the code is none of ours.</summary>
    public static Reason? FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json["code"]?.GetValue<string>() is not { } word || !Words.TryGetValue(word, out var code))
            return null;
        var facts = json.Where(member => member.Key != "code" && member.Value is not null);
        return new Reason(code, facts.ToDictionary(member => member.Key, member => member.Value!.GetValue<string>()));
    }

    /// <summary>The code of a stable text; null where it is none of ours.</summary>
    public static ReasonCode? CodeOf(string word) => Words.TryGetValue(word, out var code) ? code : null;

    /// <summary>The stable text of a code.</summary>
    public static string Word(ReasonCode code) => code switch
    {
        ReasonCode.CampaignDraft => "campaign_draft",
        ReasonCode.CampaignNotStarted => "campaign_not_started",
        ReasonCode.CampaignPaused => "campaign_paused",
        ReasonCode.CampaignEnded => "campaign_ended",
        ReasonCode.NotTrusted => "not_trusted",
        ReasonCode.LostToCampaign => "lost_to_campaign",
        ReasonCode.NotRewardable => "not_rewardable",
        ReasonCode.RewardStated => "reward_stated",
        ReasonCode.CustomerArchived => "customer_archived",
        ReasonCode.NotReferred => "not_referred",
        ReasonCode.GuestNotRewarded => "guest_not_rewarded",
        ReasonCode.DurationOver => "duration_over",
        ReasonCode.OtherTrigger => "other_trigger",
        ReasonCode.NotFirstOrder => "not_first_order",
        ReasonCode.EarlierStepOpen => "earlier_step_open",
        ReasonCode.AlreadyReached => "already_reached",
        ReasonCode.ConditionFailed => "condition_failed",
        ReasonCode.OrderUndone => "order_undone",
        ReasonCode.NoBase => "no_base",
        ReasonCode.BelowMinimum => "below_minimum",
        ReasonCode.NoMinimumForCurrency => "no_minimum_for_currency",
        ReasonCode.NoReferrer => "no_referrer",
        ReasonCode.ReferrerInactive => "referrer_inactive",
        ReasonCode.SettledBefore => "settled_before",
        ReasonCode.NoCapForCurrency => "no_cap_for_currency",
        ReasonCode.AmountZero => "amount_zero",
        ReasonCode.AmountOutOfRange => "amount_out_of_range",
        ReasonCode.CapReached => "cap_reached",
        ReasonCode.CapUnit => "cap_unit",
        ReasonCode.BudgetExhausted => "budget_exhausted",
        ReasonCode.BudgetUnit => "budget_unit",
    };

    private static readonly Dictionary<string, ReasonCode> Words =
        Enum.GetValues<ReasonCode>().ToDictionary(Word, StringComparer.Ordinal);
}

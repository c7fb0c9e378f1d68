using System.Globalization;
using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>Says in English, in words a merchant understands, what a campaign did for a cause and why.</summary>
public static class CampaignExplanation
{
    /// <summary>Why it paid nothing.</summary>
    public static string Sentence(string campaign, Reason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return $"“{campaign}”: {Why(reason)}";
    }

    internal static string Sentence(string campaign, LineEarned line)
    {
        var to = line.Role switch
        {
            RewardRole.Referrer => "the referrer",
            RewardRole.Customer => "the customer",
        };
        var cut = line.ClampedBy is { } clamped ? Cut(line, clamped) : "";
        var wait = line.HoldDays == 0 ? "" : $" It is on hold for {Days(line.HoldDays)}.";
        return $"“{campaign}” gives {to} {Gift(line)}{Rate(line)}{cut}.{wait}";
    }

    /// <summary>An amount with its unit, as people write it: <c>15.00 USD</c>, <c>200 points</c>.</summary>
    public static string Amount(BigInteger value, Unit unit) => unit.Decimals is { } decimals
        ? $"{MajorUnits.Format(value, decimals)} {unit}"
        : $"{MajorUnits.Format(value, 0)} {unit.Text[(unit.Text.IndexOf(':', StringComparison.Ordinal) + 1)..]}";

    private static string Cut(LineEarned line, ClampedBy clamped) => clamped switch
    {
        ClampedBy.OrderCap => ", which is the most for one order",
        ClampedBy.LineCap => $", cut from {Amount(line.Computed, line.Unit!.Value)} by the limit of this reward",
        ClampedBy.Budget => $", cut from {Amount(line.Computed, line.Unit!.Value)} by the campaign's budget",
    };

    private static string Why(Reason reason)
    {
        var facts = reason.Facts;
        return reason.Code switch
        {
            ReasonCode.CampaignDraft => "it is still a draft.",
            ReasonCode.CampaignNotStarted => $"it had not begun; it starts at {facts["starts_at"]}.",
            ReasonCode.CampaignPaused => "it is paused, and in a pause nothing is earned.",
            ReasonCode.CampaignEnded => $"it had ended at {facts["ended_at"]}.",
            ReasonCode.NotTrusted => "it counts only calls made with the secret key, and this one came without.",
            ReasonCode.LostToCampaign => Lost(facts),
            ReasonCode.NotRewardable => "the order was sent as one that nobody is rewarded for.",
            ReasonCode.RewardStated => "the order came with a reward of its own, which takes the place of what campaigns give.",
            ReasonCode.CustomerArchived => "the customer was archived, and nothing is earned by an archived customer's orders.",
            ReasonCode.NotReferred => "it rewards referrals, and nobody referred this customer.",
            ReasonCode.GuestNotRewarded => "it does not reward guests, and the customer is one.",
            ReasonCode.DurationOver => DurationOver(facts),
            ReasonCode.OtherTrigger => $"it waits for {Act(facts.GetValueOrDefault("trigger"))}.",
            ReasonCode.NotFirstOrder => "it rewards only a customer's first order, and this is not the first.",
            ReasonCode.EarlierStepOpen => "a step before this one is not reached yet.",
            ReasonCode.AlreadyReached => "this step counts once, and the customer had reached it before.",
            ReasonCode.ConditionFailed => Condition(facts),
            ReasonCode.OrderUndone => "nothing of the order is left after its refunds.",
            ReasonCode.NoBase => "the order has no amount to reward on.",
            ReasonCode.BelowMinimum => $"it asks for an order of at least {Minor(facts["minimum"], facts["unit"])}, and this one counts {Minor(facts["base"], facts["unit"])}.",
            ReasonCode.NoMinimumForCurrency => $"it sets a minimum order, but none in {facts["currency"]}.",
            ReasonCode.NoReferrer => "nobody referred this customer.",
            ReasonCode.ReferrerInactive => "the referrer is switched off.",
            ReasonCode.NoCapForCurrency => $"it limits the reward for one order, but sets no limit in {facts["currency"]}.",
            ReasonCode.SettledBefore => "the same reward was rejected or paid before, and that is final.",
            ReasonCode.AmountZero => Zero(facts),
            ReasonCode.AmountOutOfRange => $"the reward in {facts["unit"]} would be larger than can be kept.",
            ReasonCode.CapReached => $"the limit of {Limit(facts)}{Every(facts["period"])} is used up.",
            ReasonCode.CapUnit => $"the reward is in {facts["unit"]}, and its limit in {facts["limit_unit"]}.",
            ReasonCode.BudgetExhausted => $"its budget of {Limit(facts)} is used up.",
            ReasonCode.BudgetUnit => $"the reward is in {facts["unit"]}, and its budget in {facts["limit_unit"]}.",
        };
    }

    private static string Act(string? trigger) => trigger switch
    {
        null => "another act",
        "lead" => "a sign-up",
        "order" => "an order",
        "first_order" => "a first order",
        _ => $"the act “{trigger}”",
    };

    private static string Lost(IReadOnlyDictionary<string, string> facts) =>
        $"only one campaign of the group “{facts["group"]}” pays, and “{facts["winner"]}” gives the referrer "
        + $"{OrNothing(facts["winner_pays"])} where this one gives {OrNothing(facts["pays"])}.";

    private static string DurationOver(IReadOnlyDictionary<string, string> facts) => facts["kind"] switch
    {
        "months" => $"it rewards {facts["length"]} months from the referral, and they are over.",
        "first_n_orders" => $"it rewards the first {facts["length"]} orders of a customer, and they have been rewarded.",
        _ => "it rewards a customer once, and has done so.",
    };

    private static string Condition(IReadOnlyDictionary<string, string> facts)
    {
        var asked = facts["operator"] switch
        {
            "eq" => $"to be {facts["value"]}",
            "ne" => $"not to be {facts["value"]}",
            "in" => $"to be one of {facts["value"]}",
            "nin" => $"to be none of {facts["value"]}",
            "gt" => $"to be more than {facts["value"]}",
            "gte" => $"to be at least {facts["value"]}",
            "lt" => $"to be less than {facts["value"]}",
            "lte" => $"to be at most {facts["value"]}",
            "between" => $"to be between {facts["value"]}",
            "contains" => $"to contain {facts["value"]}",
            "starts" => $"to start with {facts["value"]}",
            _ => facts["value"] == "true" ? "to be there" : "not to be there",
        };
        var found = facts["found"].Length == 0 ? "there is none" : $"it is {facts["found"]}";
        return $"it asks {facts["field"]} {asked}, and {found}.";
    }

    private static string Zero(IReadOnlyDictionary<string, string> facts) => facts.TryGetValue("base", out var @base) && facts["rate"].Length > 0
        ? $"{facts["rate"]} of {Minor(@base, facts["unit"])} is less than half of the smallest unit, so it comes to nothing."
        : "the reward comes to nothing.";

    private static string Limit(IReadOnlyDictionary<string, string> facts) =>
        facts["unit"].Length == 0 ? $"{facts["most"]} rewards" : Minor(facts["most"], facts["unit"]);

    private static string Every(string period) => period == "ever" ? "" : $" a {period}";

    private static string OrNothing(string paid) => paid.Length == 0 ? "no amount" : paid;

    private static string Minor(string amount, string unit) =>
        Amount(BigInteger.Parse(amount, CultureInfo.InvariantCulture), Unit.Parse(unit));

    private static string Days(int days) => days == 1 ? "1 day" : $"{days} days";

    private static string Gift(LineEarned line) => line.Line.Amount switch
    {
        CouponAmount coupon => $"a coupon{Named(coupon.Terms.Name)}",
        CustomAmount custom => $"“{custom.Name}”",
        _ => Amount(line.Amount, line.Unit!.Value),
    };

    private static string Named(string? name) => name is null ? "" : $" “{name}”";

    private static string Rate(LineEarned line) => line.Line.Amount switch
    {
        PercentAmount percent => $" ({percent.Rate})",
        PointsRate rate => $" ({MajorUnits.Shortest(rate.PerMajorUnitPpm, 6)} for each unit of money)",
        _ => "",
    };
}
